import type { SystemStats, ThreadStats } from '../actors/system-type.js'
import { leftIn, printCounts } from './leftovers.js'
import { pendingCalls, printCall } from './pending-calls.js'
import type { Simulation } from './simulation.js'

/** Things of one kind that are listed. */
const MAX_LISTED = 10

/** What is wrong with a simulated system, a line each. `held`: messages that a test delays. */
export function findWrongs(simulation: Simulation, held: number): readonly string[] {
  const { system, quiet } = simulation
  const stopped = system.state === 'stopped'
  return [
    ...unaccounted(system.stats(), stopped ? 0 : quiet ? held : null),
    ...(quiet || stopped
      ? listed(
          simulation.cores.flatMap((core) => pendingCalls(core).map(printCall)),
          'calls are pending',
        )
      : []),
    ...(stopped ? leftovers(simulation) : []),
  ]
}

/** `onTheirWay`: how many messages are neither delivered nor dropped nor wait in mailboxes; `null` when that is not known. */
function unaccounted({ threads, links }: SystemStats, onTheirWay: number | null): readonly string[] {
  const balances = threads.map((thread) => ({ thread, balance: balanceOf(thread, links) }))
  const total = balances.reduce((sum, { balance }) => sum + balance, 0)
  const negative = balances.filter(({ balance }) => balance < 0)
  return [
    ...negative.map(({ thread: { thread }, balance }) => `thread ${thread} has dealt with ${-balance} messages more than were sent to it`),
    ...(onTheirWay === null || total === onTheirWay
      ? []
      : [`${total - onTheirWay} messages are lost: sent, and not delivered, dropped or waiting`]),
  ]
}

/** Messages that a thread has to deal with and has not. */
function balanceOf({ thread, sent, delivered, dropped, mailboxDepth }: ThreadStats, links: SystemStats['links']): number {
  const received = (which: 'from' | 'to'): number =>
    links.filter((link) => link[which] === thread).reduce((sum, link) => sum + link.received, 0)
  const lost = Object.values(dropped).reduce((sum, one) => sum + one, 0)
  return sent + received('to') - received('from') - delivered - lost - mailboxDepth
}

/** What a system that has stopped has left behind. */
function leftovers({ system, time, threads, left }: Simulation): readonly string[] {
  const counts = { 'threads that run': threads.length, 'timers of the clock': time.size, ...system.sizes }
  return listed([...leftIn(system.core), ...left, ...printCounts(counts)], 'things are left')
}

function listed(lines: readonly string[], what: string): readonly string[] {
  if (lines.length <= MAX_LISTED) return lines
  return [...lines.slice(0, MAX_LISTED), `${lines.length - MAX_LISTED} more ${what}`]
}
