import { createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

/** All subscriptions are those of one actor: the system's own. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const publisher = await system.spawn(PublisherService)
  const subscribe = async (arrivals: { arrived(value: number): void }) => {
    for (let i = 0; i < SUBSCRIBERS; i++) system.subscribe('publisher', SUBJECT, ({ content }) => arrivals.arrived(content as number))
    return (value: number) => publisher.$.tell.say(SUBJECT, value)
  }
  return await reportSession(subscribe, () => system.stop())
}
