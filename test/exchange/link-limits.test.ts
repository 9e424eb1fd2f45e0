import { describe, expect, it } from 'vitest'
import { allLimits } from '../../src/exchange/link-limits.js'

const MIB = 2 ** 20

describe('allLimits()', () => {
  it('gives the longest message room on a link on which nothing waits', () => {
    for (const maxMessageBytes of [1024, MIB, 16 * MIB, 60 * MIB]) {
      const { links, terms } = allLimits({ maxMessageBytes })
      expect(terms.maxMessageBytes).toBe(maxMessageBytes)
      expect(links.maxQueueBytes).toBeGreaterThan(maxMessageBytes * 1.05)
    }
  })

  it('says what to give where a queue has no room for it', () => {
    expect(() => allLimits({ maxQueueBytes: MIB })).toThrow(
      'limits.maxQueueBytes is 1048576, and a message of 16777216 bytes would never leave',
    )
    expect(allLimits({ maxQueueBytes: MIB, maxMessageBytes: MIB / 2 }).links.maxQueueBytes).toBe(MIB)
  })

  it('leaves as they are those that are not given', () => {
    expect(allLimits({ maxFrameBytes: 2 * MIB }).links).toMatchObject({ maxFrameBytes: 2 * MIB, leaseMs: 6000 })
    expect(allLimits({}).terms).toEqual({ maxMessageBytes: 16 * MIB, maxRequests: 20_000, maxSubscriptions: 10_000 })
  })
})
