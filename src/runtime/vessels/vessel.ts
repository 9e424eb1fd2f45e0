import type { MessagePort } from 'node:worker_threads'
import type { ThreadKey } from '../../base/ids.js'
import type { PairPort } from '../links/pair-port.js'
import type { BootMessage } from '../threads/bootstrap.js'
import type { PairPorts } from '../threads/control.js'
import type { LogMessage } from '../threads/log-forwarding.js'
import type { BootOrder, BootPeer } from './boot-order.js'

/** How a thread reaches one end of a pair: by a port that is moved to it, or by the number of a channel to its process. */
export type Terminal = MessagePort | number

/** The two things that a pair consists of. */
export interface Ends<Port> {
  readonly frames: Port
  readonly control: Port
}

/** How a thread has ended: whatever of this is known. */
export interface VesselEnd {
  readonly code: number | null
  readonly signal: string | null
  /** What nothing caught, if that ended it. */
  readonly failure: unknown
}

export interface VesselListener {
  onMessage(message: BootMessage | LogMessage): void
  /** Told once, when nothing more can come. */
  onEnd(end: VesselEnd): void
}

/** What a thread runs in: a worker thread of this process, or a process of its own. */
export interface Vessel {
  /** It is a process of its own. */
  readonly apart: boolean
  /** For messages: `thread 3`. */
  readonly label: string
  /** Makes one more way to the thread: the ends here, and what the thread is to know of the others. */
  openEnds(): { readonly near: Ends<PairPort>; readonly far: Ends<Terminal> }
  begin(order: BootOrder, peers: readonly BootPeer<Terminal>[], listener: VesselListener): void
  /** Connects the thread, which runs, with one that was made later; false where that is left to thread 0. */
  connect(thread: ThreadKey, ports: PairPorts<Terminal>): boolean
  /** Keeps Node alive until it has ended. */
  ref(): void
  unref(): void
  /** Ends the thread; one that is up may say its last words. */
  end(isUp: boolean): void
}
