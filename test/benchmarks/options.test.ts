import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../benchmarks/harness/options.js'

const names = ['tell', 'call']

describe('parseOptions()', () => {
  it('takes five rounds of everything without arguments', () => {
    expect(parseOptions([], names)).toEqual({ list: false, quick: false, only: [], rounds: 5 })
  })

  it('takes names one by one and with commas', () => {
    expect(parseOptions(['--only', 'tell,call', '--only', 'tell'], names).only).toEqual(['tell', 'call', 'tell'])
  })

  it('takes fewer rounds only when quick', () => {
    expect(parseOptions(['--quick', '--rounds', '1'], names).rounds).toBe(1)
    expect(() => parseOptions(['--rounds', '4'], names)).toThrow('--rounds 4: give a whole number from 5 to 100')
  })

  it.each([['--rounds', 'many'], ['--rounds', '101'], ['--only', 'nothing'], ['--fast'], ['tell']])('refuses %s %s', (...args) => {
    expect(() => parseOptions(args, names)).toThrow(TypeError)
  })
})
