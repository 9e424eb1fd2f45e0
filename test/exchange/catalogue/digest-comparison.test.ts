import { describe, expect, it } from 'vitest'
import { compareDigests } from '../../../src/exchange/catalogue/digest-comparison.js'
import type { LogDigest } from '../../../src/exchange/catalogue/logs/digest.js'
import { processName } from './entries.js'

const digest = (number: number, low = 0, incarnation = 1): LogDigest => ({
  origin: processName(3, incarnation),
  audience: '*',
  number,
  hash: { high: 0, low },
})
const self = processName(1).id
const peer = processName(2).id
const origin = processName(3).id

describe('compareDigests()', () => {
  it.each<[string, LogDigest, LogDigest | undefined, number | undefined, { self: string; peer: string }?]>([
    ['a log that is not known there', digest(5), undefined, 0],
    ['a log in which nothing was written', digest(0), undefined, undefined],
    ['a log that is behind there', digest(5), digest(3), 3],
    ['a log that is behind here', digest(3), digest(5), undefined],
    ['equal logs', digest(5, 7), digest(5, 7), undefined],
    ['an earlier life there', digest(1, 0, 2), digest(5), 0],
    ['an earlier life here', digest(5), digest(1, 0, 2), undefined],
    ['logs that differ, the higher hash here', digest(5, 8), digest(5, 7), 0],
    ['logs that differ, the higher hash there', digest(5, 6), digest(5, 7), undefined],
    ['logs that differ, the writer here', digest(5, 6), digest(5, 7), 0, { self: origin, peer }],
    ['logs that differ, the writer there', digest(5, 8), digest(5, 7), undefined, { self, peer: origin }],
  ])('tells from where to tell of %s', (_, mine, theirs, from, parties = { self, peer }) => {
    const missing = compareDigests([mine], theirs === undefined ? [] : [theirs], parties)
    expect(missing).toEqual(from === undefined ? [] : [{ origin: mine.origin, audience: '*', from }])
  })
})
