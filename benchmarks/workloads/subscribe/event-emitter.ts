import { EventEmitter } from 'node:events'
import type { StartSession } from '../../harness/workload.js'
import { subscriptionSession } from './batches.js'

export const start: StartSession = async () => {
  const emitter = new EventEmitter()
  const session = subscriptionSession(
    (heard) => ({
      open(subject) {
        const listener = (): void => heard()
        emitter.on(subject, listener)
        return () => emitter.off(subject, listener)
      },
      publish: (subject) => void emitter.emit(subject, 1),
    }),
    async () => undefined,
  )
  return { ...session, close: async () => undefined }
}
