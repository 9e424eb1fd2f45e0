import { describe, expect, it } from 'vitest'
import { mayCross, mayHear } from '../../src/router/audience.js'

/** The table of the original: audience, exchange group, whether a service of that audience is exported to that group. */
const table: readonly (readonly [audience: string, exchangeGroup: string, exported: boolean])[] = [
  ['*', '', true],
  ['*', 'g', true],
  ['', '', false],
  ['', 'g', false],
  ['g', '', false],
  ['g', 'g', true],
  ['other', '', false],
  ['other', 'g', false],
]

const party = (process: string, audience: string) => ({ process, audience })

describe('mayCross', () => {
  it.each(table)('mayCross() audience %j into exchange group %j: %j', (audience, exchangeGroup, exported) => {
    expect(mayCross(audience, exchangeGroup)).toBe(exported)
  })

  it('mayCross() compares whole names and their case', () => {
    expect(['G', 'gg', ' g', 'g*'].map((audience) => mayCross(audience, 'g'))).toEqual([false, false, false, false])
  })
})

describe('mayHear', () => {
  const audiences = ['*', '', 'g', 'other']

  it('mayHear() is always so within a process', () => {
    for (const one of audiences) {
      for (const other of audiences) expect(mayHear(party('p', one), party('p', other), 'g')).toBe(true)
    }
  })

  it.each(['', 'g', 'other'])('mayHear() of two processes linked by group %j takes both audiences', (exchangeGroup) => {
    for (const one of audiences) {
      for (const other of audiences) {
        const both = mayCross(one, exchangeGroup) && mayCross(other, exchangeGroup)
        expect(mayHear(party('p', one), party('q', other), exchangeGroup)).toBe(both)
      }
    }
  })

  it('mayHear() of an agent with audience "" is its own process only', () => {
    for (const other of audiences) {
      expect(mayHear(party('p', ''), party('q', other), 'g')).toBe(false)
      expect(mayHear(party('q', other), party('p', ''), 'g')).toBe(false)
    }
  })

  it('mayHear() of a back end and a front end goes over their group, not over the default one', () => {
    const backEnd = party('back', 'backend')
    const frontEnd = party('front', '*')
    expect(mayHear(backEnd, frontEnd, 'backend')).toBe(true)
    expect(mayHear(frontEnd, backEnd, 'backend')).toBe(true)
    expect(mayHear(backEnd, frontEnd, '')).toBe(false)
  })
})
