/** When to say that a thread is held: pure decisions of who watches it. */

/** A stretch in which the event loop of a thread does not come round. */
export interface Hold {
  readonly sinceMs: number
  /** Time in which the watcher itself did not run: the process was paused, or its own event loop was held. It blames nobody for that. */
  readonly excusedMs: number
  /** Held for so long, it is worth a word, the next time. */
  readonly sayAtMs: number
  readonly said: boolean
  /** The thread is being ended for it. */
  readonly ends: boolean
}

/** A look at a thread. */
export interface Look {
  /** 0 when its event loop comes round. */
  readonly sinceMs: number
  readonly nowMs: number
  /** By how much the look is late. */
  readonly lateMs: number
}

/** Both in milliseconds; `Infinity` for never. */
export interface HoldLimits {
  readonly warnMs: number
  readonly endMs: number
}

export interface HoldDecision {
  readonly hold: Hold | null
  readonly act: 'none' | 'warn' | 'end'
  /** How long the thread has been held, as far as the watcher can tell. */
  readonly heldMs: number
}

const NONE: HoldDecision = { hold: null, act: 'none', heldMs: 0 }

/**
 * Goes on from what was known of a hold.
 *
 *   | look                     | known hold     | decision                                        |
 *   | the loop comes round     | any            | no hold                                         |
 *   | held since another time  | any            | a new hold, excused for what the look is late   |
 *   | held since the same time | that           | it goes on, excused for what the look is late   |
 *   | held for `endMs`         |                | end, once                                       |
 *   | held for `warnMs`        |                | warn; next at twice the time                    |
 */
export function decideHold(known: Hold | null, look: Look, limits: HoldLimits): HoldDecision {
  if (look.sinceMs === 0) return NONE
  const isNew = known?.sinceMs !== look.sinceMs
  const apparentMs = look.nowMs - look.sinceMs
  const excusedMs = Math.min(apparentMs, (isNew ? 0 : known.excusedMs) + look.lateMs)
  const heldMs = apparentMs - excusedMs
  const before = isNew ? { sayAtMs: limits.warnMs, said: false, ends: false } : known
  const hold = { sinceMs: look.sinceMs, excusedMs, sayAtMs: before.sayAtMs, said: before.said, ends: before.ends }
  if (hold.ends) return { hold, act: 'none', heldMs }
  if (heldMs >= limits.endMs) return { hold: { ...hold, ends: true }, act: 'end', heldMs }
  if (heldMs < hold.sayAtMs) return { hold, act: 'none', heldMs }
  return { hold: { ...hold, sayAtMs: doubledBeyond(hold.sayAtMs, heldMs), said: true }, act: 'warn', heldMs }
}

function doubledBeyond(ms: number, heldMs: number): number {
  let next = ms
  while (next <= heldMs) next *= 2
  return next
}
