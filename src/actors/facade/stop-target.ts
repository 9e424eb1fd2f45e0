import { offAbort, onAbort } from '../../base/abort-signal.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import { quote } from '../quote.js'
import type { StopOptions } from '../remote-type.js'
import { stopCell } from '../turns/stopping.js'

/** Stops an actor of one's own system, here or on another thread. */
export async function stopTarget(core: Core, target: Target, options: StopOptions = {}): Promise<void> {
  const drainMs = checkDrain(options.drainMs)
  options.signal?.throwIfAborted()
  core.retain()
  try {
    await untilAborted(stop(core, target, drainMs), options.signal)
  } finally {
    core.release()
  }
}

function stop(core: Core, actor: Target, drainMs: number): Promise<void> {
  const target = core.reached(actor)
  if (target.far) return core.delivery.stop(target, drainMs)
  return stopCell(core, target, drainMs > 0 ? 'drained' : 'stopped', { drainMs })
}

function checkDrain(drainMs: unknown): number {
  if (drainMs === undefined) return 0
  if (typeof drainMs === 'number' && drainMs >= 0) return drainMs
  throw new TypeError(`$.stop(): drainMs is ${quote(drainMs)}; give milliseconds, 0 or more`)
}

/** The stop goes on; only the wait for it ends. */
function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason)
    onAbort(signal, giveUp)
    work.then(resolve, reject).finally(() => offAbort(signal, giveUp))
  })
}
