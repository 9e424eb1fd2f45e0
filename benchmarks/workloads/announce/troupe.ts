import { createSystem } from 'troupe'
import { partsOf } from '../../../dist/actors/facade/remote.js'
import type { Cell } from '../../../dist/actors/kernel/cell.js'
import type { StartSession } from '../../harness/workload.js'
import { HiddenService } from '../services/member.js'
import { SERVICES } from './workload.js'

/** The router alone: the services are there all the time, and nobody else knows of them. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const remotes = await Promise.all(Array.from({ length: SERVICES }, (_, i) => system.spawn(HiddenService, { name: `service-${i}` })))
  const parts = remotes.map((remote) => partsOf(remote))
  const directory = parts[0]?.core.directory
  if (directory === undefined) throw new Error('the Remotes have no directory')
  const cells = parts.map((part) => part?.target as Cell)
  let value = 0
  directory.observe({ interest: {}, notify: () => value++ })
  return {
    run: async ({ size }) => {
      value = 0
      for (let done = 0; done < size; done += 2 * SERVICES) {
        for (const cell of cells) directory.announce(cell)
        for (const cell of cells) directory.withdraw(cell, 'stopped')
      }
      return { value }
    },
    close: () => system.stop(),
  }
}
