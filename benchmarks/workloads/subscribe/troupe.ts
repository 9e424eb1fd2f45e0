import { setImmediate } from 'node:timers/promises'
import { createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'
import { subscriptionSession } from './batches.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const publisher = await system.spawn(PublisherService)
  const session = subscriptionSession(
    (heard) => ({
      open(subject) {
        const subscription = system.subscribe('publisher', subject, heard)
        return () => subscription.close()
      },
      publish: (subject) => void publisher.$.tell.say(subject, 1),
    }),
    async () => {
      await publisher.say('', 0)
      await setImmediate()
    },
  )
  return { ...session, close: () => system.stop() }
}
