import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPattern, checkSubject, isPattern, matchSubject } from '../../src/router/subject.js'
import { patterns, plainMatch, subjects } from './patterns.js'

describe('matchSubject', () => {
  it.each([
    ['system.*', 'system.time', true],
    ['system.*', 'system.a.b', true],
    ['system.*', 'system.', true],
    ['system.*', 'system', false],
    ['system.*', 'System.time', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['**', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*??', 'a😀', true],
    ['*???', 'a😀', false],
    ['a?c', 'a/c', true],
    ['a.*.b', 'a.b', false],
    ['a.*.b', 'a..b', true],
    ['a.*.b', 'a.x.y.b', true],
    ['*.b', 'a.b.b', true],
    ['*ab', 'aab', true],
    ['*a*b', 'xaxxb', true],
    ['a.b', 'a.b', true],
    ['a.b', 'axb', false],
    ['[a]', 'a', false],
    ['a+', 'aa', false],
    ['*', '*', true],
    ['a', 'a\n', false],
  ])('matchSubject() %j on %j: %j', (pattern, subject, matches) => {
    expect(matchSubject(pattern, subject)).toBe(matches)
  })

  it('matchSubject() equals a regular expression', () => {
    fc.assert(
      fc.property(patterns, subjects, (pattern, subject) => {
        expect(matchSubject(pattern, subject)).toBe(plainMatch(pattern, subject))
      }),
      { numRuns: 3000 },
    )
  })

  it('matchSubject() finds what was made from the pattern', () => {
    const made = fc.array(fc.tuple(fc.constantFrom('a', 'b', '.', '?', '*'), subjects), { maxLength: 12 })
    fc.assert(
      fc.property(made, (parts) => {
        const pattern = parts.map(([part]) => part).join('')
        const subject = parts.map(([part, filling]) => (part === '*' ? filling : part === '?' ? '😀' : part)).join('')
        expect(matchSubject(pattern, subject)).toBe(true)
      }),
    )
  })

  it('matchSubject() of the worst pattern and subject looks at no more than their product', () => {
    // What backtracks into every asterisk would not come back from this one.
    expect(matchSubject(`${'*a'.repeat(100)}*b`, 'a'.repeat(255))).toBe(false)
  })
})

describe('isPattern', () => {
  it('isPattern() is true of what has a wildcard', () => {
    expect(['a*', '?', 'a.b', '', 'a[b]'].map(isPattern)).toEqual([true, true, false, false, false])
  })
})

/** What neither a subject nor a pattern may be, and what the error says of it. */
const refused: readonly (readonly [value: unknown, message: string])[] = [
  [7, '7; give a string'],
  [undefined, 'undefined; give a string'],
  ['a\nb', '"a\\nb"; give a string without control characters (U+0000 to U+001F, U+007F)'],
  ['\u007f', '"\u007f"; give a string without control characters (U+0000 to U+001F, U+007F)'],
  ['\ud83d', '"\\ud83d"; give a string without lone surrogates, which UTF-8 cannot carry'],
  ['a'.repeat(256), `"${'a'.repeat(79)}…; give at most 255 bytes of UTF-8`],
  ['é'.repeat(128), `"${'é'.repeat(79)}…; give at most 255 bytes of UTF-8`],
]

const accepted = ['', 'a', 'system.time', 'a b', 'é', '😀', 'a'.repeat(255), 'é'.repeat(127), '~ !)+>@']

describe('checkSubject', () => {
  it.each(refused)('checkSubject() refuses %j', (value, message) => {
    expect(() => checkSubject(value, 'publish()')).toThrow(new TypeError(`publish(): subject is ${message}`))
  })

  it.each(['*', 'a?', 'é*', 'a.*.b'])('checkSubject() refuses the pattern %j', (value) => {
    const message = `publish(): subject is ${JSON.stringify(value)}; give text without * and ?: a subject is no pattern`
    expect(() => checkSubject(value, 'publish()')).toThrow(new TypeError(message))
  })

  it('checkSubject() returns what it takes', () => {
    expect(accepted.map((value) => checkSubject(value, 'publish()'))).toEqual(accepted)
  })

  it('checkSubject() takes exactly what checkPattern() takes and has no wildcard', () => {
    const takes = (check: () => unknown) => {
      try {
        check()
        return true
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), patterns, fc.string({ minLength: 240, maxLength: 270 })), (text) => {
        const wanted = takes(() => checkPattern(text, 'x')) && !isPattern(text)
        expect(takes(() => checkSubject(text, 'x'))).toBe(wanted)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('checkPattern', () => {
  it.each(refused)('checkPattern() refuses %j', (value, message) => {
    expect(() => checkPattern(value, 'subscribe()')).toThrow(new TypeError(`subscribe(): pattern is ${message}`))
  })

  it('checkPattern() returns what it takes', () => {
    const patternsToo = [...accepted, '*', '?', 'a.*.b']
    expect(patternsToo.map((value) => checkPattern(value, 'subscribe()'))).toEqual(patternsToo)
  })
})
