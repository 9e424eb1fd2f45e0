import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AffixTable } from '../../src/router/affix-table.js'
import { subjects } from './patterns.js'

const ends = fc.constantFrom<'head' | 'tail'>('head', 'tail')

describe('AffixTable', () => {
  it('find() returns what stands at every beginning, or end, of a text, the shortest first', () => {
    fc.assert(
      fc.property(ends, fc.uniqueArray(subjects, { maxLength: 40, size: 'max' }), subjects, (end, texts, text) => {
        const table = new AffixTable<string>(end)
        for (const one of texts) table.set(table.keyOf(one, one.length), one)
        const wanted = texts.filter((one) => (end === 'head' ? text.startsWith(one) : text.endsWith(one)))
        // Others may share a key with one of them: see the comment on AffixTable.
        const found = table.find(text).filter((one) => wanted.includes(one))
        expect(found).toEqual(wanted.sort((one, other) => one.length - other.length))
      }),
    )
  })

  it('delete() leaves nothing behind', () => {
    fc.assert(
      fc.property(ends, fc.array(subjects, { maxLength: 40, size: 'max' }), subjects, (end, texts, text) => {
        const table = new AffixTable<string>(end)
        const keys = texts.map((one) => table.keyOf(one, one.length))
        for (const key of keys) table.set(key, 'value')
        for (const key of [...keys, ...keys]) table.delete(key)
        expect(table.size).toBe(0)
        expect(table.find(text)).toEqual([])
      }),
    )
  })

  it('find() never returns a value twice, whatever the lengths', () => {
    const table = new AffixTable<number>('head')
    const text = 'a'.repeat(400)
    for (let length = 0; length <= 255; length++) table.set(table.keyOf(text, length), length)
    expect(table.find(text)).toEqual(Array.from({ length: 256 }, (_, i) => i))
  })
})
