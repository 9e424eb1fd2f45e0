import type { MessagePort } from 'node:worker_threads'
import comlink, { type Remote as ComlinkRemote, type Endpoint } from 'comlink'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { Movable } from '../links/attachments.js'
import type { PairPort } from '../links/pair-port.js'
import type { WayMemory } from '../links/way-count.js'
import type { Claim } from '../offload/claim.js'
import type { TaskMessage, TaskReply } from '../offload/workers/task-entry.js'
import type { Unstopped } from '../unstopped.js'
import type { Parcel } from './parcels.js'
import type { Place, ThreadLoad } from './placement.js'

/** What spawning on another thread needs. */
export interface SpawnMessage {
  readonly key: string
  readonly moduleUrl: string
  readonly registered: boolean
  /** Options that can be cloned; `init` goes as a parcel. */
  readonly options: object
  readonly init: Parcel | undefined
  /** The asker starts it again when this thread ends. */
  readonly supervised: boolean
  /** Of one that lived on another thread before. */
  readonly id: ActorId | undefined
  /** The pool that a worker publishes for. */
  readonly publishesAs: ActorFacts | undefined
}

export type SpawnReply =
  | { readonly ok: true; readonly facts: ActorFacts; readonly version: number }
  | { readonly ok: false; readonly error: Parcel }

/** One end of what connects a pair of threads: ports for frames and control, the memory in which both count the requests of each way. */
export interface PairPorts<Port = PairPort> {
  readonly frames: Port
  /** Whether they talk through rings; else over the port alone. */
  readonly rings: boolean
  readonly control: Port
  readonly outgoing: WayMemory
  readonly incoming: WayMemory
  /** One of the two is in a process of its own: nothing is shared with it, the memory of the counts neither. */
  readonly apart: boolean
}

/** What any thread may ask of any other. */
export interface ThreadControl {
  spawn(message: SpawnMessage): Promise<SpawnReply>
  /**
   * Stops an actor once `frames` frames of the asker have been taken in: what it sent before is not overtaken. Answers with
   * the version of the thread's log in which it is withdrawn.
   */
  stop(cell: number, drainMs: number, frames: number): Promise<number>
  /** Stops an actor whose thread has ended and that the asked thread would start again, or has. */
  giveUp(id: ActorId): Promise<void>
}

/** What thread 0 may ask of the others besides. `Ends` is one end of what connects two threads. */
export interface WorkerControl<Ends = PairPorts<MessagePort>> extends ThreadControl {
  connect(thread: ThreadKey, ends: Ends): void
  /** The actors of the thread that have not stopped. */
  unstopped(): Promise<Unstopped>
  /** Stops every actor of the thread once `frames` frames of thread 0 have been taken in. */
  shutdown(drainMs: number, frames: number): Promise<void>
}

/** What the others may ask of thread 0 besides. */
export interface MainControl extends ThreadControl {
  /** Sees to it that there is a thread in a place; answers with its key or why it failed. */
  ensure(place: Place, moduleUrl: string): Promise<{ readonly thread: ThreadKey } | { readonly error: Parcel }>
  /** What placement needs to know, for who cannot read it in shared memory. */
  loads(): readonly ThreadLoad[]
  /** Runs a task on the pools, under a number that the asker gives it; without a claim it is in another process. */
  offload(number: number, message: TaskMessage, claim: Claim | undefined): Promise<TaskReply>
  /** Gives that task up. */
  endOffload(number: number): Promise<void>
}

/**
 * Exposes one frozen object to one other thread of this process, with comlink; the port never leaves the process, since
 * whoever holds it can run what is exposed.
 */
export function exposeControl(control: object, port: PairPort): void {
  comlink.expose(Object.freeze(control), endpointOf(port))
}

/** Calls to what another thread exposes. */
export function wrapControl<T>(port: PairPort): ComlinkRemote<T> {
  return comlink.wrap<T>(endpointOf(port))
}

/**
 * Forgets what is exposed on a port whose other end is gone: comlink keeps the port until what it wraps is collected, which what is
 * exposed may hold.
 */
export function letGo(port: PairPort): void {
  port.removeAllListeners('message')
  port.close()
}

/** Gives a thread of this process its end of a pair with another. */
export function connectWith(control: WorkerControl, thread: ThreadKey, ports: PairPorts): void {
  const moved = ports as PairPorts<MessagePort>
  control.connect(thread, moving(moved, [moved.frames, moved.control]))
}

/** What of `value` is in `movables` is moved. */
export function moving<T extends object>(value: T, movables: readonly Movable[]): T {
  return comlink.transfer(value, [...movables] as never)
}

type Listener = Parameters<Endpoint['addEventListener']>[1]

/** A port as comlink wants one; it does not keep the process alive. */
function endpointOf(port: PairPort): Endpoint {
  const handlers = new WeakMap<Listener, (data: unknown) => void>()
  return {
    addEventListener: (_type, listener) => {
      const handler = (data: unknown): void => {
        const event = { data } as MessageEvent
        if (typeof listener === 'function') listener(event)
        else listener.handleEvent(event)
      }
      handlers.set(listener, handler)
      port.on('message', handler)
      port.unref()
    },
    removeEventListener: (_type, listener) => {
      const handler = handlers.get(listener)
      if (handler !== undefined) port.off('message', handler)
    },
    postMessage: (message, transfer) => port.postMessage(message, (transfer ?? []) as readonly Movable[]),
  }
}
