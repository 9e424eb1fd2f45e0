import { createSystem } from 'troupe'
import { partsOf } from '../../../dist/actors/facade/remote.js'
import type { Cell } from '../../../dist/actors/kernel/cell.js'
import type { Core } from '../../../dist/actors/kernel/core.js'
import { heapBytes } from '../../harness/measure.js'
import type { StartSession } from '../../harness/workload.js'
import { HiddenService } from '../services/member.js'

/** All services are there, hidden, before their memory is first measured. */
export const start: StartSession = async ({ size }) => {
  const system = await createSystem({ threads: 0 })
  const cells: Cell[] = []
  let core: Core | undefined
  for (let i = 0; i < size; i++) {
    const parts = partsOf(await system.spawn(HiddenService, { name: `service-${i}` }))
    core = parts?.core
    cells.push(parts?.target as Cell)
  }
  return {
    run: async () => {
      const before = await heapBytes()
      for (const cell of cells) core?.directory.announce(cell)
      const own = (await heapBytes()) - before
      return { value: system.lookupAll({}).length, own }
    },
    close: () => system.stop(),
  }
}
