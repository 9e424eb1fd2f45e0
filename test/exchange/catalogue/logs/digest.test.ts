import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addHash, hashDigest, type LogDigest, NO_HASH, subtractHash } from '../../../../src/exchange/catalogue/logs/digest.js'
import { hashRecord, type ServiceRecord } from '../../../../src/exchange/catalogue/logs/service-record.js'
import { processName } from '../entries.js'

const half = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const hash = fc.record({ high: half, low: half })
const texts = fc.array(fc.string({ maxLength: 2 }), { maxLength: 2 })
const record: fc.Arbitrary<ServiceRecord> = fc.record({
  created: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  changed: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  agent: fc.string({ maxLength: 2 }),
  name: fc.string({ maxLength: 2 }),
  groups: texts,
  streams: fc.option(texts),
})

describe('digests', () => {
  it('addHash() does not depend on order, and subtractHash() undoes it', () => {
    fc.assert(
      fc.property(fc.array(hash), hash, (hashes, one) => {
        const sum = hashes.reduce(addHash, NO_HASH)
        expect([...hashes].reverse().reduce(addHash, NO_HASH)).toEqual(sum)
        expect(subtractHash(addHash(sum, one), one)).toEqual(sum)
      }),
    )
  })

  it('hashRecord() tells records apart, whatever their texts and lists run into', () => {
    fc.assert(
      fc.property(record, record, (one, other) => {
        expect(hashRecord(one, 1) === hashRecord(other, 1)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      { numRuns: 500 },
    )
    const base: ServiceRecord = { created: 1, changed: 2, agent: 'a', name: 'bc', groups: ['d'], streams: [] }
    const others: ServiceRecord[] = [
      base,
      { ...base, created: 2 },
      { ...base, changed: 2 ** 32 + 2 },
      { ...base, agent: 'ab', name: 'c' },
      { ...base, groups: [], streams: ['d'] },
      { ...base, streams: null },
    ]
    expect(new Set(others.map((one) => hashRecord(one, 1))).size).toBe(others.length)
  })

  it('hashDigest() depends on all that a digest says, and is nothing for a log without changes', () => {
    const base: LogDigest = { origin: processName(1), audience: '*', number: 3, hash: { high: 1, low: 2 } }
    const others: LogDigest[] = [
      base,
      { ...base, origin: processName(2) },
      { ...base, origin: processName(1, 2 ** 40) },
      { ...base, audience: 'g' },
      { ...base, number: 4 },
      { ...base, hash: { high: 1, low: 3 } },
      { ...base, hash: { high: 2, low: 2 } },
    ]
    expect(new Set(others.map((one) => JSON.stringify(hashDigest(one)))).size).toBe(others.length)
    expect(hashDigest({ ...base, number: 0, hash: NO_HASH })).toEqual(NO_HASH)
  })
})
