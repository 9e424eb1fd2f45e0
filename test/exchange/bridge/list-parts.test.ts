import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listParts, UpdateJoin, updateParts } from '../../../src/exchange/bridge/list-parts.js'
import type { LogDelta, LogState, LogUpdate } from '../../../src/exchange/catalogue/logs/log-update.js'
import type { ServiceRecord } from '../../../src/exchange/catalogue/logs/service-record.js'

const recordsOf = (count: number, nameLength = 5): ServiceRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    agent: `0.${i.toString(36)}`,
    name: 'n'.repeat(nameLength),
    groups: [],
    streams: null,
    created: i + 1,
    changed: i + 1,
  }))

function joined(update: LogUpdate): { readonly whole: LogUpdate | undefined; readonly frames: number } {
  const join = new UpdateJoin(1_000_000)
  const parts = updateParts(update)
  const wholes = parts.map((part) => join.take('log', part))
  expect(wholes.slice(0, -1).every((one) => one === undefined)).toBe(true)
  return { whole: wholes.at(-1), frames: parts.length }
}

describe('long lists', () => {
  it('are cut by their number and by their size, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30_000 }), { maxLength: 60 }), (lengths) => {
        const parts = listParts(lengths, (length) => ['x'.repeat(length)])
        expect(parts.flatMap(({ part }) => part)).toEqual(lengths)
        expect(parts.map(({ more }) => more)).toEqual([...parts.slice(1).map(() => true), false])
        for (const { part } of parts) {
          if (part.length > 1) expect(part.reduce((sum, length) => sum + length * 3, 0)).toBeLessThanOrEqual(256 * 1024)
        }
      }),
    )
    expect(listParts(recordsOf(4001), ({ name }) => [name]).map(({ part }) => part.length)).toEqual([2000, 2000, 1])
  })

  it('of a state and of a delta are put together again', () => {
    for (const [count, frames] of [
      [0, 1],
      [2000, 1],
      [5000, 3],
    ] as const) {
      const state: LogState = { kind: 'state', number: 9000, records: recordsOf(count) }
      expect(joined(state)).toEqual({ whole: state, frames })
      const regrouped = recordsOf(count).map(({ created, changed }) => ({ created, changed, groups: ['g'] }))
      const removed = [{ number: 2, created: 1, reason: 'stopped' as const }]
      const delta: LogDelta = { kind: 'delta', from: 1, to: 9000, removed, records: recordsOf(count), regrouped }
      expect(joined(delta)).toEqual({ whole: delta, frames: count === 0 ? 1 : frames * 2 })
    }
    const change: LogUpdate = { kind: 'withdrawn', number: 3, created: 1, reason: 'stopped' }
    expect(joined(change)).toEqual({ whole: change, frames: 1 })
  })

  it('parts of another update, or too many, are refused', () => {
    const state: LogState = { kind: 'state', number: 1, records: recordsOf(10) }
    const join = new UpdateJoin(25)
    join.take('log', { part: state, more: true })
    expect(() => join.take('other', { part: state, more: true })).toThrow('goes on as another')
    expect(() => join.take('log', { part: { ...state, number: 2 }, more: false })).toThrow('goes on as another')
    join.take('log', { part: state, more: true })
    expect(() => join.take('log', { part: state, more: true })).toThrow('more than 25 records')
    const change: LogUpdate = { kind: 'withdrawn', number: 3, created: 1, reason: 'stopped' }
    expect(() => new UpdateJoin(5).take('log', { part: change, more: true })).toThrow('a change comes in parts')
  })
})
