import type { Core } from '../actors/kernel/core.js'
import { type CounterReading, Counters } from '../actors/kernel/counters.js'
import type { LinkStats, MessageCounts, SystemStats, ThreadStats } from '../actors/system-type.js'
import type { LinkLedger } from './threads/link-ledger.js'
import type { SharedCounts } from './threads/shared-counts.js'

/** A snapshot of all threads, from shared memory: no thread is asked. */
export function readStats({ facts }: Pick<Core, 'facts'>, counts: SharedCounts, ledger: LinkLedger): SystemStats {
  const links = ledger.totals.map(({ taken, ...rest }): LinkStats => ({ ...rest, received: taken }))
  const readings = counts.counters.map((memory, thread) => threadStats(thread, new Counters(memory).read(), links))
  const threads = readings.filter((one) => one.thread <= facts.threads || wasUsed(one))
  return { threads, links, totals: totalsOf(threads) }
}

/** A thread of an actor's own: there may be one, or have been. What came there and was lost with it counts, too. */
function wasUsed({ actors, sent, delivered, dropped }: ThreadStats): boolean {
  return actors > 0 || sent > 0 || delivered > 0 || Object.values(dropped).some((count) => count > 0)
}

function threadStats(thread: number, reading: CounterReading, links: readonly LinkStats[]): ThreadStats {
  const { actors, queued, sent, delivered } = reading
  const away = sumOf(links.filter(({ from }) => from === thread))
  const came = sumOf(links.filter(({ to }) => to === thread)).received
  const dropped = { ...reading.dropped, 'link-lost': reading.dropped['link-lost'] + away.lost }
  const dealtWith = delivered + Object.values(dropped).reduce((sum, one) => sum + one, 0) + queued + away.received
  // The counts of a thread that runs are not of one moment.
  const inFlight = Math.max(0, sent + came - dealtWith)
  return { thread, actors, mailboxDepth: queued, sent, delivered, dropped, inFlight }
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
