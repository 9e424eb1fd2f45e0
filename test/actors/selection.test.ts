import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideSelection } from '../../src/actors/finding/selection.js'
import { seededRandom } from '../../src/base/random.js'

const PROCESS = '3f9a0c5be1d24c7d8e6f50a1b2c3d4e5'
const candidates = (...numbers: number[]) => numbers.map((number) => ({ id: `${number % 4}.${number.toString(36)}@${PROCESS}` }))
const random = seededRandom(1)
const sticky = (key: string, among: readonly { readonly id: string }[]) =>
  among[decideSelection({ sticky: key }, among, 0, random)]?.id as string
const KEYS = Array.from({ length: 4000 }, (_, i) => `key-${i}`)
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('decideSelection()', () => {
  it.each([['first'], ['random'], ['round-robin'], [{ sticky: 'k' }]] as const)('decideSelection() of %o among none is -1', (select) => {
    expect(decideSelection(select, [], 3, random)).toBe(-1)
  })

  it("decideSelection() of 'first' takes the first, of 'round-robin' one after the other", () => {
    const three = candidates(1, 2, 3)
    expect([0, 1, 2, 3, 4].map((turn) => decideSelection('first', three, turn, random))).toEqual([0, 0, 0, 0, 0])
    expect([0, 1, 2, 3, 4].map((turn) => decideSelection('round-robin', three, turn, random))).toEqual([0, 1, 2, 0, 1])
  })

  it("decideSelection() of 'random' takes each about as often, from the source it is given", () => {
    const draw = (seed: number) => {
      const source = seededRandom(seed)
      return range(3000).map(() => decideSelection('random', candidates(1, 2, 3), 0, source))
    }
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
    for (const index of [0, 1, 2]) expect(draw(5).filter((one) => one === index).length).toBeGreaterThan(900)
  })

  it('decideSelection() of a key takes the same one in whatever order they are known', () => {
    const ids = fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.string(), ids, fc.nat(), (key, numbers, seed) => {
        const source = seededRandom(seed)
        const shuffled = candidates(...numbers)
          .map((one) => ({ one, at: source.next() }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
        expect(sticky(key, shuffled)).toBe(sticky(key, candidates(...numbers)))
      }),
    )
  })

  it('decideSelection() of a key moves no key but those of one that goes, or those that one that comes gets', () => {
    fc.assert(
      fc.property(fc.string(), fc.uniqueArray(fc.nat(500), { minLength: 2, maxLength: 20 }), (key, numbers) => {
        const more = candidates(...numbers)
        const fewer = more.slice(0, -1)
        const gone = more.at(-1)?.id as string
        const [before, after] = [sticky(key, more), sticky(key, fewer)]
        expect(before === gone || before === after).toBe(true)
      }),
    )
  })

  it('decideSelection() of many keys gives each candidate its share, and one that comes takes about that share', () => {
    const shares = (among: readonly { readonly id: string }[]) =>
      among.map(({ id }) => KEYS.filter((key) => sticky(key, among) === id).length / (KEYS.length / among.length))
    for (const share of shares(candidates(...range(10)))) expect(share).toBeGreaterThan(0.8)
    for (const share of shares(candidates(...range(10)))) expect(share).toBeLessThan(1.2)
    const moved = KEYS.filter((key) => sticky(key, candidates(...range(10))) !== sticky(key, candidates(...range(11)))).length
    expect(moved / KEYS.length).toBeGreaterThan(0.06)
    expect(moved / KEYS.length).toBeLessThan(0.12)
  })
})
