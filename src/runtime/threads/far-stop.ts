import type { Core } from '../../actors/kernel/core.js'
import type { FarActor } from '../../actors/kernel/target.js'
import { stopCell } from '../../actors/turns/stopping.js'
import type { ThreadKey } from '../../base/ids.js'
import type { Peer } from '../links/peer.js'
import type { ThreadControl } from './control.js'
import type { Fates } from './fates.js'

/** Another thread that can be asked. */
interface Asked {
  readonly peer: Peer
  readonly signal: AbortSignal
}

/** What stopping actors of other threads needs of the threads. */
export interface StopPort<C extends Asked> {
  readonly core: Core
  readonly fates: Fates
  readonly router: { reached(thread: ThreadKey, version: number): Promise<void> }
  connection(thread: ThreadKey): C | undefined
  /** As {@link connection}, once this thread has been told of that one. */
  reach(thread: ThreadKey): Promise<C | undefined>
  ask<T>(connection: C, call: (control: ThreadControl) => Promise<T>): Promise<T>
}

interface Order {
  readonly target: FarActor
  readonly drainMs: number
}

/**
 * Stops an actor of another thread; resolves when it is certain to have stopped. One that is gone from sight may still be stopping; and while its
 * thread is asked that may end, and the actor be started again on another.
 */
export async function stopFar<C extends Asked>(port: StopPort<C>, target: FarActor, drainMs: number): Promise<void> {
  const order: Order = { target, drainMs }
  while (target.gone === null || target.lost || port.connection(target.thread) !== undefined) {
    const stopped = await (target.lost ? stopLost(port, order) : stopThere(port, order))
    if (stopped) return target.markGone(drainMs > 0 ? 'drained' : 'stopped')
  }
}

/** True when its thread has stopped it; false when it may live elsewhere now. */
async function stopThere<C extends Asked>(port: StopPort<C>, { target, drainMs }: Order): Promise<boolean> {
  const { core, fates, router } = port
  const { thread, cell } = target
  const here = core.reached(target)
  if (!here.far) {
    await stopCell(core, here, drainMs > 0 ? 'drained' : 'stopped', { drainMs })
    return true
  }
  const connection = await port.reach(thread)
  if (connection === undefined) {
    fates.lose(target)
    return core.closed
  }
  const { link } = connection.peer
  link.flush()
  const version = await port.ask(connection, (control) => control.stop(cell, drainMs, link.sent)).catch(() => undefined)
  if (version === undefined) return !connection.signal.aborted
  await router.reached(thread, version)
  return true
}

/** Whoever would start it again does so no more. */
async function stopLost<C extends Asked>(port: StopPort<C>, { target }: Order): Promise<boolean> {
  const { supervisor, id } = target
  if (supervisor === port.core.options.thread) await port.fates.restarts.giveUp(target)
  else {
    const connection = await port.reach(supervisor as ThreadKey)
    if (connection !== undefined) await port.ask(connection, (control) => control.giveUp(id)).catch(() => undefined)
  }
  return target.lost
}
