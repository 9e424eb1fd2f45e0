import { actor, createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

const Echo = actor(() => ({ next: (value: number) => value + 1 }))

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  return callSession(system.spawn(Echo).next, () => system.stop())
}
