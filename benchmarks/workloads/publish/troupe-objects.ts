import { actor, createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

interface Reading {
  readonly celsius: number
  readonly sensor: string
}

/** Reports are objects, of which each subscriber gets a copy of its own. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const publisher = await system.spawn(PublisherService)
  const subscribe = async (arrivals: { arrived(value: number): void }) => {
    const Subscriber = actor((self) => {
      const subscription = self.subscribe('publisher', SUBJECT, ({ content }) => arrivals.arrived((content as Reading).celsius))
      return { ready: () => subscription.ready }
    })
    for (let i = 0; i < SUBSCRIBERS; i++) await system.spawn(Subscriber).ready()
    return (celsius: number) => publisher.$.tell.say(SUBJECT, { celsius, sensor: 'north' })
  }
  return await reportSession(subscribe, () => system.stop())
}
