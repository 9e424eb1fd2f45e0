import { describe, expect, it } from 'vitest'
import { actor, task } from '../../../src/actors/define.js'
import { createTestSystem } from '../../../src/testing/index.js'
import { failureOf, outcomeOf } from '../../actors/evidence.js'

const echo = task(import.meta, 'echo', (value: unknown) => value)
const pid = task(import.meta, 'pid', () => process.pid)
const never = task(import.meta, 'never', (seen: { count: number }) => new Promise<number>(() => seen.count))
const throws = task(import.meta, 'throws', () => {
  throw new RangeError('too far')
})
const unsendable = task(import.meta, 'unsendable', () => ({ callback: () => 1 }))

const order: string[] = []
const note = task(import.meta, 'note', (what: string) => void order.push(what))

describe('offload() in a system without threads', () => {
  it('runs the task in this process, on a turn of the event loop of its own', async () => {
    await using t = await createTestSystem({ seed: 1 })
    order.length = 0
    const running = t.offload(note, ['task'])
    queueMicrotask(() => order.push('microtask'))
    order.push('now')
    await running
    expect(order).toEqual(['now', 'microtask', 'task'])
    expect(await t.offload(pid, [], { isolate: 'process' })).toBe(process.pid)
  })

  it('settled() waits for tasks, one after another', async () => {
    await using t = await createTestSystem({ seed: 1 })
    order.length = 0
    const Chain = actor((self) => ({
      async run() {
        for (let i = 0; i < 10; i++) await self.offload(note, [String(i)])
      },
    }))
    t.spawn(Chain).$.tell.run()
    await t.settled()
    expect(order).toHaveLength(10)
  })

  it('copies arguments and result', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const value = { list: [1, new Map([['a', new Date(5)]])] }
    const copy = await t.offload(echo, [value])
    expect(copy).toEqual(value)
    expect(copy).not.toBe(value)
  })

  it('fails as on the pool', async () => {
    await using t = await createTestSystem({ seed: 1 })
    expect(await failureOf(t.offload(throws, []))).toMatchObject({
      code: 'ERR_APPLICATION',
      cause: { name: 'RangeError', message: 'too far' },
    })
    expect(await failureOf(t.offload(unsendable, []))).toMatchObject({
      code: 'ERR_RESPONSE_ENCODING',
      message: expect.stringContaining('task.unsendable(): result.callback'),
    })
    expect(await failureOf(t.offload(echo, [() => 1]))).toMatchObject({
      code: 'ERR_REQUEST_ENCODING',
      message: expect.stringContaining('args[0]'),
    })
    const Child = actor((self) => ({ refer: () => self.offload(echo, [self.remote]) }))
    expect(await failureOf(t.spawn(Child).refer())).toMatchObject({
      cause: { code: 'ERR_REQUEST_ENCODING', message: expect.stringContaining('args[0] is a Remote') },
    })
  })

  it('a signal ends it: before it begins it never runs, afterwards it may have', async () => {
    await using t = await createTestSystem({ seed: 1 })
    order.length = 0
    const [early, late] = [new AbortController(), new AbortController()]
    const unrun = t.offload(note, ['x'], { signal: early.signal })
    const running = t.offload(never, [{ count: 0 }], { signal: late.signal })
    early.abort('no')
    expect(await failureOf(unrun)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: 'no' })
    await t.settled()
    late.abort('no')
    expect(await failureOf(running)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
    expect(order).toEqual([])
  })

  it('has no deadline of its own, and that of the request which asks for it', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const free = outcomeOf(t.offload(never, [{ count: 0 }]))
    const Asker = actor((self) => ({ ask: () => self.offload(never, [{ count: 0 }]) }))
    const asked = failureOf(t.spawn(Asker).$.with({ timeoutMs: 300 }).ask())
    await t.clock.advance(300)
    expect(await asked).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    await t.clock.advance(1e9)
    expect(free.state).toBe('pending')
  })

  it('a request that has ended offloads no more', async () => {
    await using t = await createTestSystem({ seed: 1 })
    order.length = 0
    const failures: unknown[] = []
    const Late = actor((self) => ({
      async run() {
        await new Promise((resolve) => self.request.signal.addEventListener('abort', resolve))
        failures.push(await failureOf(self.offload(note, ['late'])))
      },
    }))
    const asked = failureOf(t.spawn(Late).$.with({ timeoutMs: 10 }).run())
    await t.clock.advance(20)
    await asked
    expect(failures).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' }])
    expect(order).toEqual([])
  })

  it('ends with the actor that asked', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const outcomes: ReturnType<typeof outcomeOf>[] = []
    const Asker = actor((self) => ({
      begin: () => void outcomes.push(outcomeOf(self.offload(never, [{ count: 0 }]))),
    }))
    const asker = t.spawn(Asker)
    await asker.begin()
    await t.settled()
    await asker.$.stop()
    await t.settled()
    expect(outcomes).toMatchObject([{ state: 'rejected', value: { code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' } }])
    expect(await failureOf(asker.begin())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  })

  it('stop() fails what runs and what waits, and afterwards nothing is taken', async () => {
    const t = await createTestSystem({ seed: 1 })
    const running = failureOf(t.offload(never, [{ count: 0 }]))
    await t.settled()
    await t.stop()
    expect(await running).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await failureOf(t.offload(echo, [1]))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('refuses more than ten thousand at a time', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const taken = Array.from({ length: 10_000 }, (_, i) => t.offload(echo, [i]))
    expect(await failureOf(t.offload(echo, [1]))).toMatchObject({ code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    expect(await Promise.all(taken)).toHaveLength(10_000)
    expect(await t.offload(echo, [1])).toBe(1)
  })

  it.each([
    ['no task', [{}, []], 'offload(): task is {}; give what task(import.meta, name, fn) returns'],
    ['no arguments', [echo], 'offload() of task "echo": args is undefined; give an array of its arguments'],
    ['a wrong signal', [echo, [1], { signal: 1 }], 'signal is 1; give an AbortSignal'],
    ['a wrong isolation', [echo, [1], { isolate: 'thread' }], 'isolate is "thread"; give \'process\', or leave it out for a thread'],
    ['an unknown option', [echo, [1], { timeoutMs: 1 }], 'timeoutMs is no option; the options are signal, isolate'],
  ])('refuses %s with what to give', async (_, args, message) => {
    await using t = await createTestSystem({ seed: 1 })
    const error = await failureOf((t.offload as (...given: unknown[]) => Promise<unknown>)(...(args as unknown[])))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toContain(message)
  })
})
