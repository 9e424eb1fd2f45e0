import type { Cell } from '../../actors/kernel/cell.js'
import { offAbort, onAbort } from '../../base/abort-signal.js'
import { ServiceUnavailable } from '../../base/failures.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Inbound } from '../links/inbound.js'
import type { PairWay } from '../links/pair-way.js'
import type { Peer } from '../links/peer.js'
import type { ThreadControl } from './control.js'

/** Another thread, connected. */
export interface Connection {
  readonly peer: Peer
  readonly inbound: Inbound
  /** It is in another process. */
  readonly apart: boolean
  /** What it exposes. Use {@link ThreadRuntime.ask}, which ends with the thread. */
  readonly control: ThreadControl
  /** Cells here whose parents live there. */
  readonly hosted: Set<Cell>
  /** Rejects when the thread has ended. */
  readonly ended: Promise<never>
  /** Aborted when the thread has ended. */
  readonly signal: AbortSignal
  readonly end: () => void
}

/** Leaves nothing behind on the signal, which lives as long as the thread: a race against one promise would, with each call. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason)
    if (signal.aborted) giveUp()
    else onAbort(signal, giveUp)
    work.then(resolve, reject).finally(() => offAbort(signal, giveUp))
  })
}

/** Tells, in three ways, that a thread has ended. */
export function ending(thread: ThreadKey, way: PairWay): Pick<Connection, 'ended' | 'signal' | 'end'> {
  const controller = new AbortController()
  let reject = (_: unknown): void => undefined
  const ended = new Promise<never>((_, refuse) => {
    reject = refuse
  })
  ended.catch(() => undefined)
  const end = (): void => {
    const failure = new ServiceUnavailable({ details: `thread ${slotOf(thread)} has ended`, delivered: 'maybe' })
    reject(failure)
    controller.abort(failure)
    way.letGo()
  }
  return { ended, signal: controller.signal, end }
}
