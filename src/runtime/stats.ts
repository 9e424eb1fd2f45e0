import type { Core } from '../actors/kernel/core.js'
import { type CounterReading, Counters } from '../actors/kernel/counters.js'
import { heldSince, VITALS, vitalsOf } from '../actors/kernel/vitals.js'
import type { LinkStats, MessageCounts, SystemStats, ThreadHealth, ThreadStats } from '../actors/system-type.js'
import type { LinkLedger } from './threads/link-ledger.js'
import { type SharedCounts, vitalsIn } from './threads/shared-counts.js'
import { nodeGauges } from './watch/gauges.js'

/** A snapshot of all threads, from shared memory: no thread is asked. */
export function readStats({ facts }: Pick<Core, 'facts'>, counts: SharedCounts, ledger: LinkLedger): SystemStats {
  const links = ledger.totals.map(({ taken, ...rest }): LinkStats => ({ ...rest, received: taken }))
  const readings = counts.counters.map((memory, thread) => ({
    ...threadStats(thread, new Counters(memory).read(), links),
    ...readHealth(vitalsOf(vitalsIn(counts, thread)), nodeGauges.nowMs()),
  }))
  const threads = readings.filter((one) => one.thread <= facts.threads || wasUsed(one))
  return { threads, links, totals: totalsOf(threads) }
}

/** A thread of an actor's own: there may be one, or have been. What came there and was lost with it counts, too. */
function wasUsed({ actors, sent, delivered, dropped }: ThreadStats): boolean {
  return actors > 0 || sent > 0 || delivered > 0 || Object.values(dropped).some((count) => count > 0)
}

type Counts = MessageCounts & Pick<ThreadStats, 'thread'>

function threadStats(thread: number, reading: CounterReading, links: readonly LinkStats[]): Counts {
  const { actors, queued, sent, delivered } = reading
  const away = sumOf(links.filter(({ from }) => from === thread))
  const came = sumOf(links.filter(({ to }) => to === thread)).received
  const dropped = { ...reading.dropped, 'link-lost': reading.dropped['link-lost'] + away.lost }
  const dealtWith = delivered + Object.values(dropped).reduce((sum, one) => sum + one, 0) + queued + away.received
  // The counts of a thread that runs are not of one moment.
  const inFlight = Math.max(0, sent + came - dealtWith)
  return { thread, actors, mailboxDepth: queued, sent, delivered, dropped, inFlight }
}

/** What a thread has last measured of itself; that it is held now, nobody needs to have measured. */
function readHealth(vitals: Float64Array, nowMs: number): ThreadHealth {
  const at = (index: number): number => vitals[index] ?? 0
  const since = heldSince(vitals, nowMs)
  return {
    eventLoopDelayMs: Math.max(at(VITALS.loopDelayMs), since === 0 ? 0 : nowMs - since),
    eventLoopUtilization: at(VITALS.loopUtilization),
    heapUsedBytes: at(VITALS.heapUsedBytes),
    heapLimitBytes: at(VITALS.heapLimitBytes),
  }
}

function sumOf(links: readonly LinkStats[]): Pick<LinkStats, 'received' | 'lost'> {
  return {
    received: links.reduce((sum, { received }) => sum + received, 0),
    lost: links.reduce((sum, { lost }) => sum + lost, 0),
  }
}

function totalsOf(threads: readonly ThreadStats[]): MessageCounts {
  const sum = (pick: (one: ThreadStats) => number): number => threads.reduce((total, one) => total + pick(one), 0)
  const reasons = Object.keys(threads[0]?.dropped ?? {})
  const dropped = Object.fromEntries(reasons.map((reason) => [reason, sum((one) => one.dropped[reason] ?? 0)]))
  return {
    actors: sum((one) => one.actors),
    mailboxDepth: sum((one) => one.mailboxDepth),
    sent: sum((one) => one.sent),
    delivered: sum((one) => one.delivered),
    dropped,
    inFlight: sum((one) => one.inFlight),
  }
}
