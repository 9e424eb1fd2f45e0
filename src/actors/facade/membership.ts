import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { checkServiceName } from '../service-name.js'

/**
 * Joins a group; a second time does nothing. One who is not announced yet joins as it is.
 *
 * @throws TypeError for what is no name of a group
 */
export function joinGroup(core: Core, cell: Cell, group: unknown): void {
  const checked = checkServiceName(group, 'joinGroup()')
  if (cell.groups.includes(checked)) return
  cell.groups = [...cell.groups, checked]
  if (cell.announced) core.directory.join(cell, checked)
}

/** Leaves a group; one that it is not in does nothing. */
export function leaveGroup(core: Core, cell: Cell, group: unknown): void {
  const checked = checkServiceName(group, 'leaveGroup()')
  if (!cell.groups.includes(checked)) return
  cell.groups = cell.groups.filter((one) => one !== checked)
  if (cell.announced) core.directory.leave(cell, checked)
}

/**
 * Lets a hidden service be seen; a second time does nothing.
 *
 * @throws TypeError for an actor that is no service
 */
export function announce(core: Core, cell: Cell): void {
  if (!cell.spec.registered) throw new TypeError('announce(): only a service can be announced; define it with service()')
  if (cell.announced || cell.ending !== null) return
  cell.announced = true
  core.directory.announce(cell)
}
