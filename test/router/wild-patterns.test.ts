import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PatternGroup } from '../../src/router/pattern-group.js'
import { isPattern } from '../../src/router/subject.js'
import { WildPatterns } from '../../src/router/wild-patterns.js'
import { plainMatch, subjects } from './patterns.js'

const tail = fc.string({ unit: fc.constantFrom('a', 'b', '?', '*'), maxLength: 4 })
/** Many with the same head: shelves become tables and lists again. */
const wild = fc.tuple(fc.constantFrom('', 'a', 'ab'), fc.constantFrom('*', '?'), tail).map((parts) => parts.join(''))
const step = fc.record({ pattern: wild, subject: subjects })

describe('WildPatterns', () => {
  it('WildPatterns equals all patterns tried one by one, and holds nothing once all are removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const patterns = new WildPatterns()
        const groups = new Map<string, PatternGroup<object>>()
        const check = (subject: string) => {
          const wanted = [...groups.keys()].filter((pattern) => plainMatch(pattern, subject))
          expect(
            patterns
              .find(subject)
              .map(({ pattern }) => pattern)
              .sort(),
          ).toEqual(wanted.sort())
        }
        const remove = (group: PatternGroup<object>) => {
          patterns.remove(group)
          groups.delete(group.pattern)
        }
        for (const { pattern, subject } of steps) {
          expect(isPattern(pattern)).toBe(true)
          const known = groups.get(pattern)
          if (known === undefined) {
            const group = new PatternGroup<object>(pattern)
            patterns.add(group)
            groups.set(pattern, group)
          } else remove(known)
          check(subject)
        }
        for (const group of [...groups.values()]) {
          remove(group)
          check(group.pattern.replace(/[*?]/g, 'a'))
        }
        expect(patterns.isEmpty).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('remove() of a group that was not added changes nothing', () => {
    const patterns = new WildPatterns()
    patterns.remove(new PatternGroup('a*'))
    expect(patterns.isEmpty).toBe(true)
  })
})
