import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import {
  ApplicationError,
  RequestAborted,
  RequestEncodingError,
  RequestTimeout,
  ResponseEncodingError,
  ServiceUnavailable,
  ServiceWithdrawn,
  type Task,
} from 'troupe'
import { expect, it, onTestFinished } from 'vitest'
import { Offloader } from './fixtures/offloader.js'
import { add, block, echo, exit, linger, meet, place, throwLater, throws, unsendable } from './fixtures/tasks.js'
import { distance } from './fixtures/typed.task.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { processHasEnded } from './support/program.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const KINDS = [
  ['a thread', {}],
  ['a process', { isolate: 'process' }],
] as const

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function newGate(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(8))
}

const hasBegun = (gate: Int32Array): Promise<void> => eventually(() => Atomics.load(gate, 1) === 1, 'the task has begun')

/** A thread that waits at the gate is woken and waits again; one that has ended is woken no more. */
async function threadHasEnded(gate: Int32Array): Promise<void> {
  let quietRounds = 0
  await eventually(() => {
    quietRounds = Atomics.notify(gate, 0) === 0 ? quietRounds + 1 : 0
    return quietRounds > 100
  }, 'the thread of the task has ended')
}

/** The process that a lingering task runs in. */
async function lingering(): Promise<{ readonly file: string; readonly pid: () => Promise<number> }> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-linger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'pid')
  const read = (): number => {
    try {
      return Number(readFileSync(file, 'utf8'))
    } catch {
      return 0
    }
  }
  const pid = async (): Promise<number> => {
    await eventually(() => read() > 0, 'the task has begun')
    return read()
  }
  return { file, pid }
}

it.each(KINDS)('offload() to %s gives the result, as the types of the values say', async (_, options) => {
  const system = await startSystem()
  expect(await system.offload(add, [2, 3], options)).toBe(5)
  const value = {
    map: new Map([[1, new Set(['a'])]]),
    date: new Date(7),
    bytes: new Uint8Array([1, 2]),
    big: 5n,
    none: undefined,
    re: /x/g,
  }
  const copy = await system.offload(echo, [value], options)
  expect(copy).toEqual(value)
  expect(copy).not.toBe(value)
})

it('offload() runs off the main thread, which goes on meanwhile', async () => {
  const system = await startSystem()
  const gate = newGate()
  const running = system.offload(block, [gate])
  await hasBegun(gate)
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  expect(await running).not.toBe(threadId)
  expect(await system.offload(place, [])).toMatchObject({ pid: process.pid, isMainThread: false })
})

it('offload() with isolate runs in another process', async () => {
  const system = await startSystem()
  const { pid, isMainThread } = await system.offload(place, [], { isolate: 'process' })
  expect(pid).not.toBe(process.pid)
  expect(isMainThread).toBe(true)
})

it.runIf(availableParallelism() > 1)('offload() runs tasks side by side', async () => {
  const system = await startSystem()
  const meeting = newGate()
  const [one, other] = await Promise.all([system.offload(meet, [meeting, 2]), system.offload(meet, [meeting, 2])])
  expect(one).not.toBe(other)
})

it('offload() works from actors of any thread', async () => {
  const system = await startSystem()
  for (const host of ['inline', { thread: 1 }, 'dedicated'] as const) {
    const offloader = await system.spawn(Offloader, { host })
    expect(await offloader.run('add', [2, 3])).toBe(5)
    expect(await offloader.run('place', [])).toMatchObject({ isMainThread: false, pid: process.pid })
    expect(await offloader.run('place', [], { isolate: 'process' })).toMatchObject({ isMainThread: true })
    expect((await failureOf(offloader.run('throws', [new RangeError('far')]))).cause).toMatchObject({
      code: 'ERR_APPLICATION',
      cause: { name: 'RangeError', message: 'far' },
    })
  }
})

it('offload() loads tasks in TypeScript', async () => {
  const system = await startSystem()
  expect(await system.offload(distance, [{ x: 3, y: 4 }])).toEqual({ distance: 5, isMainThread: false })
  expect(await system.offload(distance, [{ x: 3, y: 4 }], { isolate: 'process' })).toEqual({ distance: 5, isMainThread: true })
})

it.each(KINDS)('a task in %s that throws fails with what it threw as the cause, rebuilt', async (_, options) => {
  const system = await startSystem()
  const thrown = Object.assign(new RangeError('too far', { cause: new Error('root') }), { code: 'EFAR', detail: { km: 3 } })
  const failure = await failureOf(system.offload(throws, [thrown], options))
  expect(failure).toBeInstanceOf(ApplicationError)
  expect(failure).toMatchObject({ delivered: 'yes', message: 'too far', origin: 'throws' })
  expect(failure.cause).toBeInstanceOf(RangeError)
  expect(failure.cause).toMatchObject({ message: 'too far', code: 'EFAR', detail: { km: 3 }, cause: { message: 'root' } })
  expect(await failureOf(system.offload(throws, ['text'], options))).toMatchObject({ code: 'ERR_APPLICATION' })
})

it.each(KINDS)('what cannot be sent to or from a task in %s is refused with its path', async (_, options) => {
  const system = await startSystem()
  const unsent = await failureOf(system.offload(echo, [{ list: [() => 1] }], options))
  expect(unsent).toBeInstanceOf(RequestEncodingError)
  expect(unsent).toMatchObject({ delivered: 'no', message: expect.stringContaining('args[0].list[0]') })
  const unanswered = await failureOf(system.offload(unsendable, [], options))
  expect(unanswered).toBeInstanceOf(ResponseEncodingError)
  expect(unanswered.message).toContain('result.inner.callback')
})

it('a Remote is refused as an argument, and shared memory for another process', async () => {
  const system = await startSystem()
  const offloader = await system.spawn(Offloader)
  const { cause } = await failureOf(offloader.remote())
  expect(cause).toMatchObject({
    code: 'ERR_REQUEST_ENCODING',
    message: expect.stringMatching(/args\[0\]\.list\[0\] is a Remote.*plain values/),
  })
  const shared = await failureOf(system.offload(echo, [newGate()], { isolate: 'process' }))
  expect(shared).toMatchObject({ code: 'ERR_REQUEST_ENCODING', message: expect.stringContaining('SharedArrayBuffer') })
})

it.each([
  ['a function', () => 1, /task is a function; give what task\(/],
  ['a service', Offloader, /task is \{ .* \}; give what task\(/],
])('offload() refuses %s', async (_, value, message) => {
  const system = await startSystem()
  const error = await errorOf(system.offload(value as unknown as Task<[]>, []))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toMatch(message)
})

it('a task aborted before it begins never runs', async () => {
  const system = await startSystem({ threads: 'auto' })
  const reason = new Error('changed my mind')
  const before = await failureOf(system.offload(echo, [1], { signal: AbortSignal.abort(reason) }))
  expect(before).toBeInstanceOf(RequestAborted)
  expect(before).toMatchObject({ delivered: 'no', cause: reason })

  // More than there are workers: the last ones wait.
  const gates = Array.from({ length: system.threads + 1 }, newGate)
  const last = gates.at(-1) as Int32Array
  const controller = new AbortController()
  const running = gates.map((gate) => system.offload(block, [gate], gate === last ? { signal: controller.signal } : {}))
  const [first] = gates
  await hasBegun(first as Int32Array)
  controller.abort(reason)
  expect(await failureOf(running.at(-1) as Promise<unknown>)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: reason })
  for (const gate of gates) {
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }
  await Promise.all(running.slice(0, -1))
  await system.offload(echo, [1])
  expect(Atomics.load(last, 1)).toBe(0)
})

it('a task aborted while it runs ends with its thread, and the next one works', async () => {
  const system = await startSystem()
  const gate = newGate()
  const controller = new AbortController()
  const running = system.offload(block, [gate], { signal: controller.signal })
  await hasBegun(gate)
  controller.abort('enough')
  expect(await failureOf(running)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe', cause: 'enough' })
  await threadHasEnded(gate)
  expect(await system.offload(add, [1, 1])).toBe(2)
})

it('a task aborted while it runs in a process ends with the process', async () => {
  const system = await startSystem()
  const { file, pid } = await lingering()
  const controller = new AbortController()
  const running = system.offload(linger, [file], { isolate: 'process', signal: controller.signal })
  const lingeringPid = await pid()
  controller.abort()
  expect(await failureOf(running)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
  await processHasEnded(lingeringPid)
})

it.each([
  ['thread 0', 'inline'],
  ['another thread', { thread: 1 }],
] as const)('an abort ends a task that an actor of %s offloaded', async (_, host) => {
  const offloader = await (await startSystem()).spawn(Offloader, { host })
  const gate = newGate()
  const { cause } = await failureOf(offloader.abort(gate))
  expect(cause).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe', cause: { message: 'enough' } })
  await threadHasEnded(gate)
})

it.each([
  ['thread 0', 'inline'],
  ['another thread', { thread: 1 }],
] as const)('a task ends with the request of the actor on %s that offloaded it', async (_, host) => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const offloader = await system.spawn(Offloader, { host })
  const controller = new AbortController()
  const gate = newGate()
  const asked = offloader.$.with({ signal: controller.signal }).runNoting('block', [gate], {}, witness.remote)
  await hasBegun(gate)
  controller.abort()
  expect(await failureOf(asked)).toBeInstanceOf(RequestAborted)
  expect(await witness.next()).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
  await threadHasEnded(gate)

  const other = newGate()
  expect(await failureOf(offloader.$.with({ timeoutMs: 300 }).runNoting('block', [other], {}, witness.remote))).toBeInstanceOf(
    RequestTimeout,
  )
  expect(await witness.next()).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
  await threadHasEnded(other)
})

it('a task that still waits when the deadline of its request passes never runs, asked from another thread too', async () => {
  const system = await startSystem({ threads: 'auto' })
  const witness = makeWitness(system)
  const offloader = await system.spawn(Offloader, { host: { thread: 1 } })
  const gates = Array.from({ length: system.threads }, newGate)
  const running = gates.map((gate) => system.offload(block, [gate]))
  await Promise.all(gates.map(hasBegun))
  const late = newGate()
  await failureOf(offloader.$.with({ timeoutMs: 100 }).runNoting('block', [late], {}, witness.remote))
  expect(await witness.next()).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' })
  for (const gate of gates) {
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }
  await Promise.all(running)
  await system.offload(echo, [1])
  expect(Atomics.load(late, 1)).toBe(0)
})

it.each([
  ['thread 0', 'inline'],
  ['another thread', { thread: 1 }],
] as const)('a task ends with the actor on %s that offloaded it', async (_, host) => {
  const offloader = await (await startSystem()).spawn(Offloader, { host })
  const gate = newGate()
  await offloader.begin('block', gate)
  await hasBegun(gate)
  await offloader.$.stop()
  await threadHasEnded(gate)
})

it('a task ends with the thread whose actor offloaded it', async () => {
  const offloader = await (await startSystem()).spawn(Offloader, { host: { thread: 1 } })
  const gate = newGate()
  await offloader.begin('block', gate)
  await hasBegun(gate)
  await offloader.endThread()
  await threadHasEnded(gate)
})

it.each(KINDS)('a task in %s that exits fails, and the next one works', async (kind, options) => {
  const system = await startSystem({ threads: 'auto' })
  for (const code of [7, 0]) {
    const failure = await failureOf(system.offload(exit, [code], options))
    expect(failure).toBeInstanceOf(ServiceWithdrawn)
    expect(failure).toMatchObject({
      delivered: 'maybe',
      message: expect.stringMatching(`task.exit\\(\\): its ${kind.slice(2)} ended.*code:? ${code}`),
    })
  }
  // As many as there may be workers, and more.
  const exits = Array.from({ length: system.threads + 2 }, () => failureOf(system.offload(exit, [1], options)))
  expect(new Set((await Promise.all(exits)).map(({ code }) => code))).toEqual(new Set(['ERR_SERVICE_WITHDRAWN']))
  expect(await system.offload(add, [1, 1], options)).toBe(2)
})

it('a task that runs out of memory fails, and the next one works', async () => {
  const system = await startSystem({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
  const offloader = await system.spawn(Offloader, { host: 'inline' })
  const { cause } = await failureOf(offloader.run('eatMemory', []))
  expect(cause).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', message: expect.stringContaining('memory') })
  expect(await system.offload(add, [1, 1])).toBe(2)
})

it('what a task has left behind and that fails later harms nobody', async () => {
  const system = await startSystem()
  await system.offload(throwLater, [])
  await eventually(() => system.records.some(({ message }) => message.includes('while it ran none')), 'the failure is logged')
  expect(await system.offload(add, [1, 1])).toBe(2)
})

it('a task whose process is killed fails, and the next one works', async () => {
  const system = await startSystem()
  const { file, pid } = await lingering()
  const running = system.offload(linger, [file], { isolate: 'process' })
  process.kill(await pid(), 'SIGKILL')
  const failure = await failureOf(running)
  expect(failure).toBeInstanceOf(ServiceWithdrawn)
  expect(failure).toMatchObject({ delivered: 'maybe', message: expect.stringContaining('SIGKILL') })
  const { pid: idle } = await system.offload(place, [], { isolate: 'process' })
  process.kill(idle, 'SIGKILL')
  // Until this process, whose child it was, has heard of it.
  await eventually(() => !isThere(idle), 'the end of the process is known')
  expect(await system.offload(add, [1, 1], { isolate: 'process' })).toBe(2)
})

it('a task for which no process starts fails, and a later one works', async () => {
  const system = await startSystem()
  const before = process.env['NODE_OPTIONS']
  process.env['NODE_OPTIONS'] = '--import=data:text/javascript,process.exit(3)'
  onTestFinished(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  })
  const failures = await Promise.all([1, 2, 3].map(() => failureOf(system.offload(add, [1, 1], { isolate: 'process' }))))
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(ServiceUnavailable)
    expect(failure).toMatchObject({ delivered: 'no', message: expect.stringContaining('no process could be started for it') })
  }
  expect(await system.offload(add, [1, 1])).toBe(2)
})

it('stop() ends tasks that run and those that wait', async () => {
  const system = await startSystem({ threads: 'auto' })
  const { file, pid } = await lingering()
  const gates = Array.from({ length: system.threads + 1 }, newGate)
  const running = gates.map((gate) => failureOf(system.offload(block, [gate])))
  const isolated = failureOf(system.offload(linger, [file], { isolate: 'process' }))
  await hasBegun(gates[0] as Int32Array)
  const lingeringPid = await pid()
  await system.stop()
  const failures = await Promise.all([...running, isolated])
  expect(failures[0]).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  expect(failures.at(-2)).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(failures.at(-1)).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  await threadHasEnded(gates[0] as Int32Array)
  await processHasEnded(lingeringPid)
  const after = await failureOf(system.offload(add, [1, 1]))
  expect(after).toBeInstanceOf(ServiceUnavailable)
  expect(after).toMatchObject({ delivered: 'no', message: expect.stringContaining('the system has stopped') })
})
