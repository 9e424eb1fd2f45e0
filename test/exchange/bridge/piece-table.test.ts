import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../../src/base/ids.js'
import { PieceTable } from '../../../src/exchange/bridge/piece-table.js'
import { MAIL, type MailFrame } from '../../../src/exchange/protocol/mail-frame.js'

const ORIGIN = '1'.repeat(32)
const OTHER = '2'.repeat(32)
const TO = '0' as ThreadKey
const MIB = 2 ** 20
const NOTHING = new Uint8Array(0)

function piece(body: Uint8Array, more: boolean, { origin = ORIGIN, from = '0' } = {}): MailFrame {
  return { kind: MAIL, hops: 0, more, origin, from: from as ThreadKey, body }
}

describe('PieceTable', () => {
  it('puts a body together, whatever comes from others between its pieces', () => {
    const table = new PieceTable()
    expect(table.take(piece(Uint8Array.of(1), true), TO)).toBeUndefined()
    expect(table.take(piece(Uint8Array.of(8), true, { from: '1' }), TO)).toBeUndefined()
    expect(table.take(piece(Uint8Array.of(9), false, { origin: OTHER }), TO)).toEqual(Uint8Array.of(9))
    expect(table.take(piece(Uint8Array.of(2), true), TO)).toBeUndefined()
    expect(table.take(piece(Uint8Array.of(3), false), TO)).toEqual(Uint8Array.of(1, 2, 3))
    expect(table.take(piece(Uint8Array.of(4), false), TO)).toEqual(Uint8Array.of(4))
    expect(table.take(piece(Uint8Array.of(7), false, { from: '1' }), TO)).toEqual(Uint8Array.of(8, 7))
    expect(table.bytesOf(ORIGIN)).toBe(0)
  })

  it('keeps at most 64 MiB of one process, and of others what they have sent', () => {
    const table = new PieceTable()
    table.take(piece(Uint8Array.of(1), true, { origin: OTHER }), TO)
    for (let i = 0; i < 65; i++) table.take(piece(new Uint8Array(MIB), true), TO)
    expect(table.bytesOf(ORIGIN)).toBeLessThan(2 * MIB)
    expect(table.take(piece(Uint8Array.of(2), false, { origin: OTHER }), TO)).toEqual(Uint8Array.of(1, 2))
  })

  it.each([
    ['pieces without bytes', () => '0'],
    ['bodies that are never completed', (i: number) => String(i)],
  ])('counts what it costs to keep %s', (_, threadOf) => {
    const table = new PieceTable()
    let i = 0
    let before = -1
    while (i < MIB && table.bytesOf(ORIGIN) > before) {
      before = table.bytesOf(ORIGIN)
      table.take(piece(NOTHING, true, { from: threadOf(++i) }), TO)
    }
    expect(i).toBeLessThan(MIB)
    expect(before).toBeLessThanOrEqual(64 * MIB)
  })
})
