import type { ActorFacts } from '../kernel/binding.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'

/** What may be known of a cell elsewhere; with it the cell can be reached. */
export function factsOfCell(core: Core, cell: Cell): ActorFacts {
  core.address(cell)
  const { process, thread } = core.options
  const { name, audience, groups, streams } = cell.spec
  return { id: cell.id, name, audience, groups, process, thread, cell: cell.number, streams: streams === null ? null : [...streams] }
}

export function factsOfTarget(core: Core, target: Target): ActorFacts {
  return target.far ? target : factsOfCell(core, target)
}
