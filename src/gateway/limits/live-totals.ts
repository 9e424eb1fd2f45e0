import { Allowance } from './allowance.js'
import { ByteBudget } from './byte-budget.js'

/** What all live clients of a gateway may take together. */
export interface LiveTotals {
  /** Connections, and sessions of server-sent events. */
  readonly clients: Allowance
  /** Calls, offers and streams, with the calls of everybody else. */
  readonly calls: Allowance
  /** Bytes of the calls, offers and streams that are not done, with the bodies of everybody else. */
  readonly held: Allowance
  /** Subscriptions and watches. */
  readonly subscriptions: Allowance
  /** What waits for them, or is kept for them. */
  readonly bytes: ByteBudget
}

/** Limits of a gateway that are about its live clients. */
export interface TotalLimits {
  readonly maxLiveConnections: number
  readonly maxSubscriptions: number
  readonly maxLiveQueueBytes: number
}

export function createTotals(
  { calls, held }: Pick<LiveTotals, 'calls' | 'held'>,
  { maxLiveConnections, maxSubscriptions, maxLiveQueueBytes }: TotalLimits,
): LiveTotals {
  const clients = new Allowance(maxLiveConnections)
  return { clients, calls, held, subscriptions: new Allowance(maxSubscriptions), bytes: new ByteBudget(maxLiveQueueBytes) }
}
