/** What must hold: some of it at every moment, some when nothing is on its way, some when all is over. */

import { Feed } from '../../src/actors/feeds/feed.js'
import { type Cell, childrenOf } from '../../src/actors/kernel/cell.js'
import { Counters } from '../../src/actors/kernel/counters.js'
import type { WayTotals } from '../../src/runtime/threads/link-ledger.js'
import type { Simulation } from './simulation.js'
import type { RunningThread, World } from './world.js'

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0)

/** The actors of a thread, parents before their children. */
export function cellsOf(thread: RunningThread): readonly Cell[] {
  const below = (cell: Cell): readonly Cell[] => childrenOf(cell).flatMap((child) => [child, ...below(child)])
  return below(thread.core.root)
}

/** What came to a slot over links, less what has left it for good. */
function flows(totals: readonly WayTotals[]): ReadonlyMap<number, number> {
  const flow = new Map<number, number>()
  for (const { from, to, taken, lost } of totals) {
    flow.set(to, (flow.get(to) ?? 0) + taken)
    flow.set(from, (flow.get(from) ?? 0) - taken - lost)
  }
  return flow
}

/** Promise 3, at every moment; `quiet`: nothing is on its way. */
function checkSums({ world, fault }: Check, quiet: boolean): void {
  const { counts: shared, ledger } = world.simulation.counts
  const { totals } = ledger
  const flow = flows(totals)
  for (const slot of new Set([0, ...flow.keys()])) {
    const { dropped, ...counts } = new Counters(shared.counters[slot]).read()
    const all = { ...counts, ...dropped }
    for (const what in all) if (all[what as keyof typeof all] < 0) fault(`thread ${slot}: ${what} is ${all[what as keyof typeof all]}`)
    const { sent, delivered, queued } = counts
    // Those that have left and are neither taken in elsewhere nor lost, and those that wait to leave.
    const away = sent + (flow.get(slot) ?? 0) - delivered - queued - sum(Object.values(dropped))
    if (away < 0 || (quiet && away > 0))
      fault(`thread ${slot}: ${away} messages are in flight${quiet ? ', and nothing is on its way' : ''}`)
  }
  for (const { from, to, sent, taken, lost } of totals) {
    const away = sent - taken - lost
    if (away < 0 || lost < 0 || (quiet && away > 0)) fault(`from thread ${from} to ${to}: ${sent} sent, ${taken} taken in, ${lost} lost`)
  }
}

/** Items that wait to be read. */
function unread({ life }: Cell): number {
  const feeds = [...(life.waits ?? [])].filter((wait) => wait instanceof Feed)
  return sum(feeds.map(({ reading }) => reading?.size ?? 0))
}

/** The counters say what there is. */
function checkCounts({ world, fault }: Check): void {
  for (const thread of world.running) {
    const cells = cellsOf(thread)
    const { queued, actors } = thread.core.counters.read()
    if (actors !== cells.length) fault(`thread ${thread.key} counts ${actors} actors and has ${cells.length}`)
    const waiting = sum([thread.core.root, ...cells].map((cell) => cell.queued + (cell.waiting?.size ?? 0) + unread(cell)))
    if (queued !== waiting) fault(`thread ${thread.key} counts ${queued} messages that wait and has ${waiting}`)
  }
}

/** Promise 6, at every moment. */
function checkBounds({ world, fault }: Check): void {
  for (const thread of world.running) {
    for (const { mailbox, waiting, spec, id, deferred, streams } of cellsOf(thread)) {
      const { capacity } = spec.mailbox
      const sizes = {
        messages: mailbox?.load ?? 0,
        'messages outside': waiting?.size ?? 0,
        'answers owed': deferred?.size ?? 0,
        streams: streams?.size ?? 0,
      }
      for (const [what, size] of Object.entries(sizes))
        if (size > capacity) fault(`${id} has ${size} ${what}; its mailbox has room for ${capacity}`)
    }
  }
}

export interface Check {
  readonly world: World
  readonly fault: (what: string) => void
}

export function checkAlways(simulation: Simulation): void {
  const check: Check = { world: simulation.world, fault: (what) => simulation.fault(what) }
  checkSums(check, false)
  checkCounts(check)
  checkBounds(check)
}

/** Nothing is on its way, and nothing fails any more. */
export function checkQuiet(simulation: Simulation): void {
  const check: Check = { world: simulation.world, fault: (what) => simulation.fault(what) }
  checkSums(check, true)
  for (const what of simulation.book.overdue(simulation.nowMs)) simulation.fault(`${what} has not ended`)
}
