import { describe, expect, it } from 'vitest'
import { diffOutput } from './expected-output.mjs'

describe('diffOutput()', () => {
  it('returns nothing when the lines match', () => {
    expect(diffOutput('one\ntook <any> ms (<any>)\n', 'one\ntook 12 ms (cold)\n')).toBe('')
  })

  it('takes everything but <any> literally', () => {
    expect(diffOutput('a.c\n', 'abc\n')).toBe('- a.c\n+ abc')
  })

  it.each([
    ['a\nb\n', 'a\n', '  a\n- b'],
    ['a\n', 'a\nb\n', '  a\n+ b'],
    ['a\nb\nc\n', 'a\nx\nc\n', '  a\n- b\n+ x\n  c'],
    ['', 'a\n', '+ a'],
    ['a\n', '', '- a'],
  ])('shows how %j and %j differ', (expected, printed, diff) => {
    expect(diffOutput(expected, printed)).toBe(diff)
  })
})
