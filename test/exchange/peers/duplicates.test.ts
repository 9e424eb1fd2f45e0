import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, decideDuplicate } from '../../../src/exchange/peers/duplicates.js'

function candidate(more: Partial<Candidate> & { readonly incarnation?: number; readonly nonce?: number } = {}): Candidate {
  const { incarnation = 1, nonce = 0, ...rest } = more
  return {
    peer: { process: { id: 'b', incarnation }, linkNonce: Uint8Array.of(0, nonce) },
    opener: 'a',
    openedMs: 0,
    activeMs: null,
    ...rest,
  }
}

describe('decideDuplicate()', () => {
  it.each([
    [
      'the newcomer is from a later start',
      { incarnation: 1, activeMs: 1 },
      { incarnation: 2, openedMs: 5 },
      { kind: 'probe', reason: 'identity' },
    ],
    ['the newcomer is from an earlier start', { incarnation: 2 }, { incarnation: 1 }, { kind: 'keep', reason: 'identity' }],
    ['the older one was active before', { activeMs: 4 }, { openedMs: 5 }, { kind: 'probe', reason: 'duplicate' }],
    [
      'the older one became active meanwhile, and has the smaller opener',
      { activeMs: 5, opener: 'a' },
      { openedMs: 5, opener: 'b' },
      { kind: 'keep', reason: 'duplicate' },
    ],
    ['the newcomer has the smaller opener', { opener: 'b' }, { opener: 'a' }, { kind: 'replace', reason: 'duplicate' }],
    ['both were opened by one, the newcomer has the smaller nonce', { nonce: 2 }, { nonce: 1 }, { kind: 'replace', reason: 'duplicate' }],
    ['both were opened by one, the older has the smaller nonce', { nonce: 1 }, { nonce: 2 }, { kind: 'keep', reason: 'duplicate' }],
  ] as const)('when %s', (_, older, newcomer, decision) => {
    expect(decideDuplicate(candidate(older), candidate(newcomer))).toEqual(decision)
  })

  it('of links that are opened at the same time both sides keep the same one, in whatever order each has met them', () => {
    const links = fc.uniqueArray(fc.record({ opener: fc.constantFrom('a', 'b'), nonce: fc.nat({ max: 9 }) }), {
      minLength: 2,
      maxLength: 4,
      selector: ({ opener, nonce }) => `${opener}${nonce}`,
    })
    const winner = (order: readonly Candidate[]): Candidate =>
      order.reduce((kept, next) => (decideDuplicate(kept, next).kind === 'replace' ? next : kept))
    fc.assert(
      fc.property(links, fc.infiniteStream(fc.nat()), (all, random) => {
        const candidates = all.map(candidate)
        const shuffled = [...candidates].sort(() => ((random.next().value as number) % 3) - 1)
        expect(winner(shuffled)).toBe(winner(candidates))
      }),
    )
  })
})
