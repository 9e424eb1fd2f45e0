import type { Core } from '../actors/kernel/core.js'
import { type CounterReading, Counters } from '../actors/kernel/counters.js'
import type { MessageCounts, SystemStats, ThreadStats } from '../actors/system-type.js'
import type { SharedCounts } from './threads/shared-counts.js'

/** A snapshot of all threads, from shared memory: no thread is asked. */
export function readStats(core: Core, counts: SharedCounts): SystemStats {
  const readings = counts.counters.map((memory, thread): ThreadStats => ({ thread, ...countsOf(new Counters(memory).read()) }))
  const threads = readings.filter((one) => one.thread <= core.facts.threads || wasUsed(one))
  return { threads, totals: totalsOf(threads) }
}

/** A thread of an actor's own: there may be one, or have been. */
function wasUsed({ actors, sent, delivered }: ThreadStats): boolean {
  return actors > 0 || sent > 0 || delivered > 0
}

function countsOf(reading: CounterReading): MessageCounts {
  const { actors, queued, sent, delivered, dropped } = reading
  return { actors, mailboxDepth: queued, sent, delivered, dropped }
}

function totalsOf(threads: readonly ThreadStats[]): MessageCounts {
  const sum = (pick: (one: ThreadStats) => number): number => threads.reduce((total, one) => total + pick(one), 0)
  const reasons = Object.keys(threads[0]?.dropped ?? {})
  const dropped = Object.fromEntries(reasons.map((reason) => [reason, sum((one) => one.dropped[reason] ?? 0)]))
  const total = {
    actors: sum((one) => one.actors),
    mailboxDepth: sum((one) => one.mailboxDepth),
    sent: sum((one) => one.sent),
    delivered: sum((one) => one.delivered),
  }
  return { ...total, dropped }
}
