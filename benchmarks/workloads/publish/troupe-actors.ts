import { actor, createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

/** Each subscriber is an actor, with a mailbox and turns of its own. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const publisher = await system.spawn(PublisherService)
  const subscribe = async (arrivals: { arrived(value: number): void }) => {
    const Subscriber = actor((self) => {
      const subscription = self.subscribe('publisher', SUBJECT, ({ content }) => arrivals.arrived(content as number))
      return { ready: () => subscription.ready }
    })
    for (let i = 0; i < SUBSCRIBERS; i++) await system.spawn(Subscriber).ready()
    return (value: number) => publisher.$.tell.say(SUBJECT, value)
  }
  return await reportSession(subscribe, () => system.stop())
}
