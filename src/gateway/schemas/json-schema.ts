import { z } from 'zod'
import type { Schema } from '../../actors/schema.js'

/** A JSON Schema, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

interface Converter {
  readonly input: (options: { readonly target: string }) => JsonSchema
}

const converted = new WeakMap<Schema, JsonSchema>()

/**
 * What a schema accepts, as JSON Schema: of zod, and of libraries that follow Standard JSON Schema; `{}`, which accepts everything, for what
 * cannot be said.
 */
export function jsonSchemaOf(schema: Schema): JsonSchema {
  let known = converted.get(schema)
  if (known === undefined) {
    known = withoutDialect(convert(schema))
    converted.set(schema, known)
  }
  return known
}

function convert(schema: Schema): JsonSchema {
  try {
    if ('_zod' in schema) return z.toJSONSchema(schema as unknown as z.ZodType, { unrepresentable: 'any', io: 'input' })
    const standard = schema['~standard'] as { readonly jsonSchema?: Converter }
    return standard.jsonSchema?.input({ target: 'draft-2020-12' }) ?? {}
  } catch {
    return {}
  }
}

function withoutDialect({ $schema: _dialect, ...rest }: JsonSchema): JsonSchema {
  return rest
}

/** A schema as part of a larger document: one that refers to itself gets an id, so that it does not refer to that document. */
export function embedded(schema: JsonSchema, id: string): JsonSchema {
  return /"\$ref":"#/.test(JSON.stringify(schema)) ? { $id: `urn:troupe:${encodeURIComponent(id)}`, ...schema } : schema
}
