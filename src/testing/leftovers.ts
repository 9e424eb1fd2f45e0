import { childrenOf } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import { nameOf } from '../actors/turns/failing.js'

/** What a thread whose actors have been stopped still has, a line each. */
export function leftIn(core: Core): readonly string[] {
  const actors = childrenOf(core.root).map((cell) => `${nameOf(cell)} has not stopped (${cell.state})`)
  const counts = {
    'feeds that are open': core.root.life.waits?.size ?? 0,
    'deadlines and timers of actors': core.deadlines.size,
    'things that keep the process alive': core.active,
  }
  return [...actors, ...printCounts(counts, core.slot === 0 ? '' : ` in thread ${core.slot}`)]
}

/** The counts that are not 0. */
export function printCounts(counts: Readonly<Record<string, number>>, where = ''): readonly string[] {
  const left = Object.entries(counts).filter(([, count]) => count !== 0)
  return left.map(([what, count]) => `after the stop there are ${what}${where}: ${count}`)
}
