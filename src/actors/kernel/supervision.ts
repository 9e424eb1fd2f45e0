import { backoffMs } from '../../base/backoff.js'
import { thrownText } from '../../base/thrown.js'
import type { Random } from '../../base/world.js'
import type { Decision, FailurePlace, SupervisionSettings } from '../actor-options.js'

/**
 * What becomes of an actor that failed. A method that throws fails its call and the actor goes on, unless a function says otherwise.
 *
 * @throws what the user's function throws
 */
export function decideFailure(settings: SupervisionSettings, error: unknown, where: FailurePlace): Decision {
  const { onFailure } = settings
  if (typeof onFailure === 'function')
    return onFailure(error instanceof Error ? error : new Error(thrownText(error), { cause: error }), where)
  return where === 'method' ? 'resume' : onFailure
}

/** `restart` after a delay, or `escalate` because the budget is spent. */
export type RestartDecision = { readonly kind: 'restart'; readonly delayMs: number } | { readonly kind: 'escalate' }

/** Decides on a restart at `nowMs`; `earlier` are the moments of those before, and is brought up to date. */
export function decideRestart(settings: SupervisionSettings, earlier: number[], nowMs: number, random: Random): RestartDecision {
  while (earlier.length > 0 && (earlier[0] as number) <= nowMs - settings.budget.withinMs) earlier.shift()
  if (earlier.length >= settings.budget.restarts) return { kind: 'escalate' }
  earlier.push(nowMs)
  return { kind: 'restart', delayMs: backoffMs(settings.backoff, earlier.length, random) }
}
