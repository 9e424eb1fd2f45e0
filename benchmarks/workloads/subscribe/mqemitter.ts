import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import mqemitter from 'mqemitter'
import type { StartSession } from '../../harness/workload.js'
import { subscriptionSession } from './batches.js'

/** It takes a listener away in the next round of the event loop. */
export const start: StartSession = async () => {
  const emitter = mqemitter({ separator: '.' })
  const session = subscriptionSession(
    (heard) => ({
      open(subject) {
        const listener = (_: unknown, done: () => void): void => {
          heard()
          done()
        }
        emitter.on(subject, listener)
        return () => emitter.removeListener(subject, listener)
      },
      publish: (topic) => emitter.emit({ topic, value: 1 }),
    }),
    () => setImmediate(),
  )
  return { ...session, close: promisify((done: () => void) => emitter.close(done)) }
}
