import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Schema } from '../../src/actors/schema.js'
import { embedded, jsonSchemaOf } from '../../src/gateway/schemas/json-schema.js'

/** A schema of some library. */
const schemaWith = (more: object): Schema => ({ '~standard': { version: 1, vendor: 'other', validate: (value) => ({ value }), ...more } })

describe('jsonSchemaOf()', () => {
  it('says what schemas of zod accept, and nothing of what JSON Schema has no words for', () => {
    expect(jsonSchemaOf(z.object({ a: z.int().min(1), b: z.date().optional() }))).toEqual({
      type: 'object',
      properties: { a: expect.objectContaining({ type: 'integer', minimum: 1 }), b: {} },
      required: ['a'],
    })
    expect(jsonSchemaOf(z.bigint())).toEqual({})
  })

  it('asks other libraries by Standard JSON Schema; those that do not know it, or cannot say, accept everything', () => {
    const asked: unknown[] = []
    const input = (options: unknown) => {
      asked.push(options)
      return { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' }
    }
    const schema = schemaWith({ jsonSchema: { input } })
    expect([jsonSchemaOf(schema), jsonSchemaOf(schema)]).toEqual([{ type: 'string' }, { type: 'string' }])
    expect(asked).toEqual([{ target: 'draft-2020-12' }])
    expect(jsonSchemaOf(schemaWith({}))).toEqual({})
    const fails = () => {
      throw new Error('cannot say')
    }
    expect(jsonSchemaOf(schemaWith({ jsonSchema: { input: fails } }))).toEqual({})
  })
})

describe('embedded()', () => {
  it('gives an id to what refers to itself only', () => {
    expect(embedded({ type: 'string' }, 'a.b')).toEqual({ type: 'string' })
    expect(embedded({ items: { $ref: '#' } }, 'a.b:c')).toEqual({ $id: 'urn:troupe:a.b%3Ac', items: { $ref: '#' } })
  })
})
