import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNothingLeft, failureOf, type Gate, gate, itemsOf, outcomeOf, readerOf, recordingLog } from './evidence.js'

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })
const DONE = { done: true, value: undefined }

/** A source that yields so many items at once, and then one each time its door is opened. */
function source() {
  const seen = { yielded: 0, closed: 0, reasons: [] as string[], doors: [] as Gate[] }
  const Source = service(import.meta, 'source', (self) => ({
    async *items(atOnce: number) {
      const { signal } = self.request
      signal.addEventListener('abort', () => {
        seen.reasons.push((signal.reason as { code: string }).code)
        seen.doors.at(-1)?.break(signal.reason)
      })
      try {
        for (let i = 0; ; i++) {
          if (i >= atOnce) await seen.doors[seen.doors.push(gate()) - 1]?.passed
          seen.yielded++
          yield i
        }
      } finally {
        seen.closed++
      }
    },
    hi: () => 'hi',
  }))
  return { seen, Source }
}

describe('the deadline of a stream', () => {
  it('bounds the wait for each next item: then the reader has RequestTimeout, the signal aborts, the generator is closed', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const reader = readerOf(remote.$.with({ timeoutMs: 100 }).items(3))
    for (let i = 0; i < 3; i++) expect((await reader.next()).value).toBe(i)
    const late = outcomeOf(reader.next())
    await t.clock.advance(99)
    expect([late.state, seen.reasons]).toEqual(['pending', []])
    await t.clock.advance(1)
    expect(late).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' } })
    expect([seen.reasons, seen.closed]).toEqual([['ERR_REQUEST_TIMEOUT'], 1])
    expect(await reader.next()).toEqual(DONE)
    expect(await remote.hi()).toBe('hi')
    await expectNothingLeft(t)
  })

  it('begins anew with each item, and bounds neither the whole nor the time in which nobody reads', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const reader = readerOf((await t.spawn(Source)).$.with({ timeoutMs: 100 }).items(0))
    for (let i = 0; i < 20; i++) {
      const next = reader.next()
      await t.clock.advance(90)
      seen.doors.at(-1)?.open()
      expect((await next).value).toBe(i)
      await t.clock.advance(1000)
    }
    await reader.return()
    expect(seen.yielded).toBe(20)
    await expectNothingLeft(t)
  })

  it('is that of the system where nothing else is said, none with Infinity', async () => {
    await using t = await quiet()
    const { Source } = source()
    const remote = await t.spawn(Source)
    const [usual, endless] = [remote.items(0), remote.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).items(0)].map((items) =>
      readerOf(items),
    )
    const outcomes = [outcomeOf(usual!.next()), outcomeOf(endless!.next())]
    await t.clock.advance(5000)
    expect(outcomes.map(({ state }) => state)).toEqual(['rejected', 'pending'])
    await t.clock.advance(10_000_000)
    expect(outcomes[1]?.state).toBe('pending')
    await endless?.return()
    await expectNothingLeft(t)
  })

  it('of one that still waits in the mailbox says that it was not run', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const holder = readerOf(remote.items(0))
    void holder.next()
    await t.settled()
    const queued = failureOf(readerOf(remote.$.with({ timeoutMs: 50 }).items(1)).next())
    await t.clock.advance(50)
    expect(await queued).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' })
    expect(t.stats().totals.dropped).toMatchObject({ expired: 1 })
    await holder.return()
    await t.settled()
    expect(seen.yielded).toBe(0)
    await expectNothingLeft(t)
  })
})

describe('the caller’s signal', () => {
  it('that has aborted before lets nothing be sent', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = (await t.spawn(Source)).$.with({ signal: AbortSignal.abort('too late') })
    expect(await failureOf(itemsOf(remote.items(1)))).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: 'too late' })
    await t.settled()
    expect(seen.yielded).toBe(0)
    await expectNothingLeft(t)
  })

  it('ends a stream between two reads: the items first, then the failure, then the end', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const controller = new AbortController()
    const reader = readerOf((await t.spawn(Source)).$.with({ signal: controller.signal }).items(3))
    expect((await reader.next()).value).toBe(0)
    await t.settled()
    controller.abort(new Error('enough'))
    await t.settled()
    expect(seen).toMatchObject({ reasons: ['ERR_REQUEST_ABORTED'], closed: 1 })
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([1, 2])
    expect(await failureOf(reader.next())).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: controller.signal.reason })
    expect(await reader.next()).toEqual(DONE)
    await expectNothingLeft(t)
  })
})
