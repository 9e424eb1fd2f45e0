import type { ActorFacts } from '../kernel/binding.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'

/** What may be known of a cell elsewhere; with it the cell can be reached. */
export function factsOfCell(core: Core, cell: Cell): ActorFacts {
  core.address(cell)
  const { groups, facts } = cell
  if (facts !== null && facts.groups === groups && (facts.streams !== null || cell.spec.streams === null)) return facts
  const { process, thread } = core.options
  const { name, audience, streams } = cell.spec
  const { id, number, supervisor } = cell
  cell.facts = { id, name, audience, groups, process, thread, cell: number, streams: streams === null ? null : [...streams], supervisor }
  return cell.facts
}

export function factsOfTarget(core: Core, target: Target): ActorFacts {
  return target.far ? target : factsOfCell(core, target)
}
