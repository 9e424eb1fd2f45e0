import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { GoneListener } from '../kernel/target.js'

/** Calls `listener` once when an actor is gone for good, at once if it already is; returns how to stop waiting. */
export function watchTarget(core: Core, actor: Target, listener: GoneListener): () => void {
  const target = core.reached(actor)
  if (!target.far) {
    if (target.gone !== null) listener(target.gone)
    else {
      target.goneListeners ??= new Set()
      target.goneListeners.add(listener)
    }
    return () => void target.goneListeners?.delete(listener)
  }
  // Of one that went with its thread it is told later whether that was its end.
  if (target.gone !== null && !target.lost) {
    listener(target.gone)
    return () => undefined
  }
  const { watched } = target
  const stop = target.onGone(listener)
  if (!watched) core.delivery.watch(target)
  return stop
}
