/** A system whose thread 1 is going to end, and all that can wait for something there. */
import type { Worker } from 'node:worker_threads'
import type { Remote, System } from 'troupe'
import { Bench } from '../fixtures/bench.js'
import { Clerk } from '../fixtures/clerk.js'
import { eventually } from './outcomes.js'
import { startSystem } from './systems.js'
import { type Outcome, Waits } from './waits.js'
import { collectWorkers, ended } from './workers.js'

export const WAYS = ['exit', 'throw', 'reject', 'memory', 'terminate'] as const
export type Way = (typeof WAYS)[number]

/** The thread that ends, the one that asks besides thread 0, and one more. */
export const DYING = 1
export const ASKING = 2
export const THIRD = 3

export const WITHDRAWN: Outcome = { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' }
export const THREAD_GONE: Outcome = { code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'maybe' }
export const NOTHING: Outcome = { value: undefined }

export const newBoard = (): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(8))

export interface Scene {
  readonly system: System
  readonly waits: Waits
  /** Who waits: on thread 0 and on another. */
  readonly clerks: readonly (readonly [string, Remote<typeof Clerk>])[]
  /** A clerk on the thread that ends. */
  readonly inside: Remote<typeof Clerk>
  /** A clerk on the third thread. */
  readonly third: Remote<typeof Clerk>
  /** A new actor on the thread that ends. */
  readonly bench: (options?: object) => Promise<Remote<typeof Bench>>
  /** Requests that run elsewhere for the thread that ends: how many have begun, and how many of them were aborted. */
  readonly elsewhere: Int32Array<SharedArrayBuffer>
  /** Requests and streams that have begun on the thread that ends. */
  readonly there: Int32Array<SharedArrayBuffer>
  /** What `there` and `elsewhere` must come to. */
  readonly expected: { there: number; elsewhere: number }
  /** The worker of the thread that ends. */
  readonly worker: Worker
  /** Memory of streams elsewhere that must have been closed when all is over. */
  readonly closings: Int32Array[]
}

export async function setScene(): Promise<Scene> {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3, timeoutMs: Number.POSITIVE_INFINITY, resourceLimits: { maxOldGenerationSizeMb: 48 } })
  const clerk = (thread: number): Promise<Remote<typeof Clerk>> => system.spawn(Clerk, { host: { thread }, name: `clerk ${thread}` })
  const inside = await clerk(DYING)
  return {
    system,
    waits: new Waits(),
    clerks: [
      ['thread 0', await clerk(0)],
      ['a worker', await clerk(ASKING)],
    ],
    inside,
    third: await clerk(THIRD),
    bench: (options = {}) => system.spawn(Bench, { host: { thread: DYING }, ...options }),
    elsewhere: newBoard(),
    there: newBoard(),
    expected: { there: 0, elsewhere: 0 },
    worker: workers[0] as Worker,
    closings: [],
  }
}

/** Everything that was begun is where it should be: each clerk's messages have arrived, whatever way they go. */
export async function everythingStands({ clerks, inside, third, there, elsewhere, expected }: Scene): Promise<void> {
  for (let i = 0; i < 3; i++) {
    for (const [, clerk] of clerks) {
      await clerk.call(inside, 'echo', i)
      await clerk.call(third, 'call', inside, 'echo', i)
      await clerk.call(inside, 'call', third, 'echo', i)
    }
  }
  await eventually(() => there[0] === expected.there, `${expected.there} have begun there, not ${there[0]}`)
  await eventually(() => elsewhere[0] === expected.elsewhere, `${expected.elsewhere} have begun elsewhere, not ${elsewhere[0]}`)
}

/** Blocks the thread that ends; what is sent from now on is on its way when it does. Returns how to end it, and with what. */
export async function blockThread({ bench, worker }: Scene, way: Way): Promise<() => Promise<void>> {
  const gate = newBoard()
  const blocker = await bench()
  blocker.$.tell.blockAndEnd(gate, way === 'terminate' ? 'exit' : way)
  await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
  return async () => {
    const over = ended(worker)
    if (way === 'terminate') void worker.terminate()
    Atomics.store(gate, 0, way === 'terminate' ? 0 : 1)
    Atomics.notify(gate, 0, way === 'terminate' ? 0 : 1)
    await over
  }
}
