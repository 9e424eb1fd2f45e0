import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, expectNothingLeft, failureOf, gate, outcomeOf } from './evidence.js'

interface Seen {
  readonly ran: string[]
  readonly reasons: unknown[]
}

/** A light actor gets the very value of messages, and a copy of `init`: what the test looks at goes in by closure. */
const worker = (seen: Seen, door = gate()) =>
  actor((self) => ({
    block: () => door.passed,
    async work(name: string) {
      seen.ran.push(name)
      const { signal } = self.request
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      seen.reasons.push(signal.reason)
      return 'late'
    },
    nested: async (other: { work(name: string): Promise<unknown> }, name: string) => await other.work(name),
  }))

describe('aborts', () => {
  it('a call with a signal that has aborted is never sent', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    const remote = t.spawn(worker(seen)).$.with({ signal: AbortSignal.abort('too late') })
    const failure = await failureOf(remote.work('a'))
    expect(failure).toMatchObject({ name: 'RequestAborted', error: 48, code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: 'too late' })
    expect(await failureOf(remote.$.offer.work('b'))).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no' })
    expect(remote.$.tell.work('c')).toBe('dropped')
    await t.settled()
    expect(seen.ran).toEqual([])
    expectNoSilentLoss(t.stats())
  })

  it('a signal that many calls share has one listener, and none once they have ended', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const { signal } = new AbortController()
    const door = gate()
    const remote = await t.spawn(actor(() => ({ wait: () => door.passed })))
    const calls = Array.from({ length: 50 }, () => remote.$.with({ signal }).wait())
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    door.open()
    await Promise.all(calls)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('a call that is aborted while it is queued is never run', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    const door = gate()
    const remote = t.spawn(worker(seen, door))
    const block = remote.block()
    const controller = new AbortController()
    const call = failureOf(remote.$.with({ signal: controller.signal }).work('a'))
    await t.settled()
    controller.abort(new Error('enough'))
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: controller.signal.reason })
    door.open()
    await block
    await t.settled()
    expect(seen.ran).toEqual([])
    expect(t.stats().totals.dropped).toMatchObject({ aborted: 1 })
    expectNoSilentLoss(t.stats())
  })

  it('a call that is aborted while it runs aborts request.signal, and its late result is dropped', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    const remote = t.spawn(worker(seen))
    const controller = new AbortController()
    const call = failureOf(remote.$.with({ signal: controller.signal }).work('a'))
    await t.settled()
    controller.abort('stop it')
    const failure = await call
    expect(failure).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe', cause: 'stop it' })
    await t.settled()
    expect(seen).toMatchObject({ ran: ['a'], reasons: [{ code: 'ERR_REQUEST_ABORTED' }] })
  })

  it('request.signal aborts at the deadline', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    const call = failureOf(t.spawn(worker(seen)).$.with({ timeoutMs: 70 }).work('a'))
    await t.clock.advance(69)
    expect(seen.reasons).toEqual([])
    await t.clock.advance(1)
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(seen.reasons).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT' }])
  })

  it('request.signal is aborted already when it is first asked for after the end of the request', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: boolean[] = []
    const door = gate()
    const Late = actor((self) => ({
      async work() {
        await door.passed
        seen.push(self.request.signal.aborted)
        self.request.signal.throwIfAborted()
        seen.push(true)
      },
    }))
    const call = outcomeOf(t.spawn(Late).$.with({ timeoutMs: 10 }).work())
    await t.clock.advance(10)
    door.open()
    await t.settled()
    expect([call.state, seen]).toEqual(['rejected', [true]])
  })

  it('request.signal of a tell with a deadline aborts too', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    t.spawn(worker(seen)).$.with({ timeoutMs: 30 }).$.tell.work('a')
    await t.clock.advance(30)
    expect(seen.reasons).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT' }])
  })

  it('an abort goes on to the nested calls, queued and running, however deep', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: Seen = { ran: [], reasons: [] }
    const Middle = worker(seen)
    const [outer, middle, inner] = [t.spawn(Middle), t.spawn(Middle), t.spawn(Middle)]
    const controller = new AbortController()
    const call = failureOf(outer.$.with({ signal: controller.signal }).nested(inner, 'deep'))
    const blocked = outcomeOf(middle.nested(inner, 'behind'))
    await t.settled()
    expect(seen.ran).toEqual(['deep'])
    controller.abort('all of it')
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
    await t.settled()
    expect(seen.reasons).toMatchObject([{ code: 'ERR_REQUEST_ABORTED' }])
    expect(seen.ran).toEqual(['deep', 'behind'])
    expect(blocked.state).toBe('pending')
  })

  it('an abort of ten thousand calls in a row ends them all, each for the reason that ended the first', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const reasons: unknown[] = []
    const door = gate()
    const Link = actor((self, init: { readonly next: Remote | null }) => ({
      async go(): Promise<unknown> {
        self.request.signal.addEventListener('abort', () => reasons.push((self.request.signal.reason as Error).cause))
        return init.next === null ? await door.passed : await init.next.go()
      },
    }))
    let first: Remote | null = null
    for (let i = 0; i < 10_000; i++) first = t.spawn(Link, { init: { next: first } }) as Remote
    const controller = new AbortController()
    const call = outcomeOf((first as Remote).$.with({ signal: controller.signal }).go())
    await t.settled()
    controller.abort('enough')
    door.open()
    await t.settled()
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_ABORTED', cause: 'enough' } })
    expect(reasons).toHaveLength(10_000)
    expect(new Set(reasons.slice(1))).toEqual(new Set([call.value]))
    await expectNothingLeft(t)
  })

  it('a call that has ended puts nothing on its signal any more', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const controller = new AbortController()
    let listening = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening--
      remove(...args)
    }
    const echo = t.spawn(actor(() => ({ echo: (x: number) => x }))).$.with({ signal })
    await Promise.all([1, 2, 3].map((x) => echo.echo(x)))
    await echo.$.offer.echo(4)
    echo.$.tell.echo(5)
    await t.settled()
    expect(listening).toBe(0)
  })
})
