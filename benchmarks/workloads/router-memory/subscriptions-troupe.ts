import { createSystem, type Subscription } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  await system.spawn(PublisherService)
  const ignore = (): void => undefined
  const kept: Subscription[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) kept.push(system.subscribe('publisher', 'temperature', ignore))
      await kept.at(-1)?.ready
      return { value: kept.length }
    },
    close: () => system.stop(),
  }
}
