import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AffixTable } from '../../src/router/affix-table.js'
import { SubjectIndex } from '../../src/router/subject-index.js'
import { patterns, plainMatch, subjects } from './patterns.js'

interface Entry {
  readonly name: string
}

const entryOf = (name: string): Entry => ({ name })
const named = (index: SubjectIndex<Entry>, subject: string): string[] =>
  index.matches(subject).map(({ pattern, entry }) => `${pattern} ${entry.name}`)

/** A list searched from its beginning. */
class PlainIndex {
  #list: { readonly pattern: string; readonly entry: Entry }[] = []

  add(pattern: string, entry: Entry): boolean {
    if (this.#list.some((one) => one.pattern === pattern && one.entry === entry)) return false
    this.#list.push({ pattern, entry })
    return true
  }

  remove(pattern: string, entry: Entry): boolean {
    const { length } = this.#list
    this.#list = this.#list.filter((one) => one.pattern !== pattern || one.entry !== entry)
    return this.#list.length < length
  }

  named(subject: string): string[] {
    return this.#list.filter(({ pattern }) => plainMatch(pattern, subject)).map(({ pattern, entry }) => `${pattern} ${entry.name}`)
  }

  get list(): readonly { readonly pattern: string; readonly entry: Entry }[] {
    return this.#list
  }
}

const entries = ['x', 'y', 'z'].map(entryOf)
/** Few texts, so that the same ones come again, and many that begin or end alike. */
const fewPatterns = fc.oneof(
  patterns,
  fc.constantFrom('', 'a', 'b', 'a.b', '*', 'a*', 'a.*', '?', '*.b', '__proto__'),
  fc.tuple(fc.constantFrom('', 'a', 'a.'), fc.constantFrom('*', '?', '*b*'), subjects).map((parts) => parts.join('')),
)
const fewSubjects = fc.oneof(subjects, fc.constantFrom('', 'a', 'b', 'a.b', 'a.a.b', 'a*', '__proto__'))
const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'remove', 'match', 'match'),
  pattern: fewPatterns,
  entry: fc.constantFrom(...entries),
  subject: fewSubjects,
  which: fc.nat(),
})

describe('SubjectIndex', () => {
  it('SubjectIndex equals a list searched from its beginning, order included', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), fc.array(fewSubjects, { maxLength: 10 }), (steps, asked) => {
        const index = new SubjectIndex<Entry>()
        const plain = new PlainIndex()
        for (const { kind, pattern, entry, subject, which } of steps) {
          // Half of what is removed is there.
          const known = which % 2 === 0 ? plain.list[which % plain.list.length] : undefined
          const wanted = known ?? { pattern, entry }
          if (kind === 'add') expect(index.add(pattern, entry)).toBe(plain.add(pattern, entry))
          else if (kind === 'remove') expect(index.remove(wanted.pattern, wanted.entry)).toBe(plain.remove(wanted.pattern, wanted.entry))
          else expect(named(index, subject)).toEqual(plain.named(subject))
        }
        for (const subject of asked) expect(named(index, subject)).toEqual(plain.named(subject))
        for (const { pattern, entry } of [...plain.list]) expect(index.remove(pattern, entry)).toBe(true)
        expect(index.isEmpty).toBe(true)
        for (const subject of asked) expect(index.matches(subject)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('add() takes an entry once under each pattern, and remove() takes it out once', () => {
    const index = new SubjectIndex<Entry>()
    const entry = entryOf('e')
    expect([index.add('a', entry), index.add('a', entry), index.add('*', entry)]).toEqual([true, false, true])
    expect(named(index, 'a')).toEqual(['a e', '* e'])
    expect([index.remove('a', entry), index.remove('a', entry), index.remove('b', entry)]).toEqual([true, false, false])
    expect(named(index, 'a')).toEqual(['* e'])
  })

  it('matches() comes in the order of addition, across patterns', () => {
    const index = new SubjectIndex<Entry>()
    for (const [i, pattern] of ['*', 'a.b', 'a.*', 'a.b', '*', '?.b', '*'].entries()) index.add(pattern, entryOf(`${i}`))
    expect(named(index, 'a.b')).toEqual(['* 0', 'a.b 1', 'a.* 2', 'a.b 3', '* 4', '?.b 5', '* 6'])
  })

  it('matches() returns an array that stays as it is', () => {
    const index = new SubjectIndex<Entry>()
    const [x, y] = [entryOf('x'), entryOf('y')]
    index.add('a*', x)
    index.add('a*', y)
    const before = index.matches('ab')
    index.remove('a*', x)
    index.add('ab', x)
    expect(before.map(({ entry }) => entry.name)).toEqual(['x', 'y'])
    expect(named(index, 'ab')).toEqual(['a* y', 'ab x'])
  })

  it('matches() is brought up to date however many wildcard patterns came since', () => {
    const index = new SubjectIndex<Entry>()
    const entry = entryOf('e')
    index.add('*', entry)
    for (const missed of [0, 1, 63, 64, 65, 200]) {
      expect(index.matches('a.b')).toHaveLength(1)
      index.add('a.?', entry)
      for (let i = 1; i < missed; i++) index.add(`other-${missed}-${i}*`, entry)
      expect(named(index, 'a.b')).toEqual(['* e', 'a.? e'])
      index.remove('a.?', entry)
    }
  })

  it.each([255, 256, 257, 1000])('matches() of one pattern with %i entries stays right as they change', (count) => {
    const index = new SubjectIndex<Entry>()
    const all = Array.from({ length: count }, (_, i) => entryOf(`${i}`))
    for (const entry of all) index.add('*', entry)
    index.add('a', all[0] as Entry)
    expect(index.matches('a')).toHaveLength(count + 1)
    expect(index.matches('b').map(({ entry }) => entry)).toEqual(all)
    index.remove('*', all[7] as Entry)
    expect(index.matches('a')).toHaveLength(count)
    expect(index.matches('b').map(({ entry }) => entry)).toEqual(all.filter((_, i) => i !== 7))
  })

  it.each([255, 256, 257, 1000])('matches() of %i patterns that select one subject stays right as they change', (count) => {
    const index = new SubjectIndex<Entry>()
    const entry = entryOf('e')
    const subject = 'a'.repeat(count)
    const all = Array.from({ length: count }, (_, i) => `${'a'.repeat(i)}*`)
    for (const pattern of all) index.add(pattern, entry)
    const found = () => index.matches(subject).map(({ pattern }) => pattern)
    expect(found()).toEqual(all)
    expect(found()).toEqual(all)
    index.remove(all[3] as string, entry)
    expect(found()).toEqual(all.filter((_, i) => i !== 3))
    index.add(subject, entry)
    expect(found()).toEqual([...all.filter((_, i) => i !== 3), subject])
  })

  it('matches() tells patterns apart whose heads have the same hash', () => {
    const [one, other] = collidingTexts()
    const index = new SubjectIndex<Entry>()
    index.add(`${one}*`, entryOf('one'))
    index.add(`${other}*`, entryOf('other'))
    expect(named(index, `${one}!`)).toEqual([`${one}* one`])
    expect(named(index, `${other}!`)).toEqual([`${other}* other`])
    index.remove(`${one}*`, index.matches(one)[0]?.entry as Entry)
    expect(named(index, `${one}!`)).toEqual([])
    expect(named(index, `${other}!`)).toEqual([`${other}* other`])
  })

  it('matches() of a subject that was forgotten is found again', () => {
    const index = new SubjectIndex<Entry>()
    index.add('s-1*', entryOf('e'))
    const counts = (): number[] => Array.from({ length: 10_000 }, (_, i) => index.matches(`s-${i}`).length)
    const wanted = Array.from({ length: 10_000 }, (_, i) => (`${i}`.startsWith('1') ? 1 : 0))
    expect(counts()).toEqual(wanted)
    expect(counts()).toEqual(wanted)
  })
})

/** Two texts of the same length that share a key. */
function collidingTexts(): readonly [string, string] {
  const table = new AffixTable<string>('head')
  for (let i = 10_000; i < 100_000; i++) {
    const text = `device-${i}.`
    const key = table.keyOf(text, text.length)
    const other = table.get(key)
    if (other !== undefined) return [other, text]
    table.set(key, text)
  }
  throw new Error('collidingTexts(): no two of 90 000 texts share a key of 24 bits')
}
