import type { Validate } from '../../actors/kernel/core-options.js'
import type { SystemFacts } from '../../actors/self-type.js'
import type { ThreadKey } from '../../base/ids.js'
import type { PairPorts } from '../threads/control.js'
import type { SharedCounts } from '../threads/shared-counts.js'
import type { HoldLimits } from '../watch/hold.js'

/** What all threads of a system must know alike. */
export interface ThreadSettings {
  readonly facts: SystemFacts
  readonly audience: string
  readonly timeoutMs: number
  readonly validate: Validate
  readonly share: boolean
  readonly strict: boolean
  /** The program has a logger of its own: records of all threads go there. */
  readonly forwardsLog: boolean
  /** Threads that can run at once. */
  readonly cores: number
  readonly maxRingBytes: number
  readonly holdLimits: HoldLimits
}

/** What a thread is started for. */
export interface BootOrder {
  readonly thread: ThreadKey
  readonly settings: ThreadSettings
  readonly moduleUrl: string
  readonly loaderUrls: readonly string[]
  /** Threads that have ended, the newest of their slots: it will never be connected with them. */
  readonly past: readonly ThreadKey[]
}

/** A thread that runs when another is made. */
export interface BootPeer<Port> {
  readonly thread: ThreadKey
  readonly ports: PairPorts<Port>
  /** It has ended while the new one loaded; a port says that once. Set by the bootstrap. */
  readonly isOver?: boolean
}

/** What a thread finds when it begins. */
export interface ThreadOrder<Port> extends BootOrder {
  readonly counts: SharedCounts
  readonly peers: readonly BootPeer<Port>[]
}
