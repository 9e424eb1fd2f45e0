import { unregistered } from '../../actors/definition.js'
import type { Cell, Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { bear } from '../../actors/turns/birth.js'
import { stopCell } from '../../actors/turns/stopping.js'

/** An actor that stands for somebody outside: nameless, seen by nobody; what it has asked for ends with it. */
export interface Outsider {
  readonly core: Core
  readonly cell: Cell
  readonly life: Life
  end(): void
}

/** No light actor: those subscribe as the system's own, and what is sent to one subscriber alone must reach that one. */
const OUTSIDER = unregistered({ kind: 'actor', name: '', light: false, setup: () => undefined })

export async function createOutsider(core: Core): Promise<Outsider> {
  const cell = await bear(core, OUTSIDER, { audience: '*' }, { parent: core.root })
  return { core, cell, life: cell.life, end: () => void stopCell(core, cell, 'stopped') }
}
