import { ServiceWithdrawn } from '../../base/failures.js'
import type { PoolOptions } from '../actor-options.js'
import { type DefinitionRecord, definitionRecord } from '../definition.js'
import { createRemote } from '../facade/remote.js'
import type { Cell, Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { parseOptions, poolOptions } from '../options.js'
import { pristine, specFor } from '../turns/birth.js'
import { nameOf } from '../turns/failing.js'
import { stopCell } from '../turns/stopping.js'
import { PoolRouting } from './routing.js'

/**
 * Makes a pool: one service under one name on the spawner's thread, with workers behind it that are not announced.
 */
export async function createPool(core: Core, life: Life, definition: unknown, options: unknown): Promise<object> {
  const record = definitionRecord(definition, 'pool()')
  if (record.light)
    throw new TypeError('pool(): a light actor cannot leave its thread; give a service, or an actor made with import.meta and a name')
  const checked: PoolOptions = parseOptions(poolOptions, options, `pool() of ${record.kind} "${record.name}"`)
  const cell = poolCell(core, life.cell, record, checked)
  const init = pristine(core, life.cell, checked.init)
  const routing = new PoolRouting(core, cell, record, init === undefined ? checked : { ...checked, init })
  cell.routing = routing
  try {
    await routing.resize(checked.size, checked.signal)
    if (cell.state !== 'running')
      throw new ServiceWithdrawn({ details: `pool ${nameOf(cell)} was stopped while its workers started`, delivered: 'no' })
  } catch (error) {
    await stopCell(core, cell, 'crashed')
    throw error
  }
  if (cell.announced) core.directory.announce(cell)
  const contract = record.contract?.['~spec'] ?? null
  return createRemote({ core, life, target: cell, contract, options: null, pool: routing })
}

function poolCell(core: Core, parent: Cell, definition: DefinitionRecord, options: PoolOptions): Cell {
  const { name, audience, groups, mailbox, supervision } = options
  const given = { name, audience, groups, mailbox, supervision }
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const cell = core.newCell(specFor(core, definition, said), parent, undefined)
  core.address(cell)
  cell.state = 'running'
  return cell
}
