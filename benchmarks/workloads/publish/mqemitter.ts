import { promisify } from 'node:util'
import mqemitter from 'mqemitter'
import type { StartSession } from '../../harness/workload.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

export const start: StartSession = () => {
  const emitter = mqemitter({ separator: '.' })
  return reportSession(
    async (arrivals) => {
      for (let i = 0; i < SUBSCRIBERS; i++) {
        emitter.on(SUBJECT, ({ value }, done) => {
          arrivals.arrived(value as number)
          done()
        })
      }
      return (value) => emitter.emit({ topic: SUBJECT, value })
    },
    promisify((done: () => void) => emitter.close(done)),
  )
}
