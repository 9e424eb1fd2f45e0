/** What must hold when all is over: nothing is left. */

import { childrenOf } from '../../src/actors/kernel/cell.js'
import type { Core } from '../../src/actors/kernel/core.js'
import { cellsOf } from './laws.js'
import type { Simulation } from './simulation.js'

/** What a thread holds that ends with its actors. */
function holdings(core: Core): Readonly<Record<string, number>> {
  const { root, cells, active, deadlines, directory } = core
  return {
    'reachable actors': [...cells.values()].filter((cell) => cell !== root).length,
    'things that keep the process alive': active,
    timers: deadlines.size,
    'services in its registry': directory.factsOfAll({}).length,
    children: childrenOf(root).length,
    'children elsewhere': root.farChildren?.size ?? 0,
    'things the program hears of': root.life.waits?.size ?? 0,
    'messages for the program': root.queued,
  }
}

/** Every actor has been stopped, and the program hears of nothing any more; the threads live. */
export function checkEmpty({ world, fault }: Simulation): void {
  for (const thread of world.running) {
    for (const { spec, id, state } of cellsOf(thread)) fault(`${spec.name || 'actor'} ${id} is ${state} after every actor has been stopped`)
    const call = thread.core.root.life.firstCall
    if (call !== null)
      fault(`thread ${thread.key} still has a call of the program: ${call.label} of ${call.target.id}, ${call.phase}, ${call.timeoutMs} ms`)
    for (const [what, count] of Object.entries(holdings(thread.core)))
      if (count !== 0) fault(`thread ${thread.key} still has ${count} ${what}`)
  }
}

/** The system has stopped. */
export function checkOver(simulation: Simulation): void {
  const { world, fault, book } = simulation
  checkEmpty(simulation)
  for (const thread of world.running) if (thread.slot > 0) fault(`thread ${thread.key} goes on after the system has stopped`)
  for (const what of book.overdue(Number.POSITIVE_INFINITY)) fault(`${what} has not ended, and the system has stopped`)
  if (world.simulation.system.state !== 'stopped') fault(`the system is ${world.simulation.system.state}`)
}
