import { EventEmitter } from 'node:events'
import type { StartSession } from '../../harness/workload.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

export const start: StartSession = () => {
  const emitter = new EventEmitter().setMaxListeners(0)
  return reportSession(
    async (arrivals) => {
      for (let i = 0; i < SUBSCRIBERS; i++) emitter.on(SUBJECT, (value: number) => arrivals.arrived(value))
      return (value) => emitter.emit(SUBJECT, value)
    },
    async () => emitter.removeAllListeners(),
  )
}
