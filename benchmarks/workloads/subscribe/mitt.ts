import mitt, { type Emitter } from 'mitt'
import type { StartSession } from '../../harness/workload.js'
import { subscriptionSession } from './batches.js'

const createEmitter = mitt as unknown as () => Emitter<Record<string, number>>

export const start: StartSession = async () => {
  const emitter = createEmitter()
  const session = subscriptionSession(
    (heard) => ({
      open(subject) {
        const listener = (): void => heard()
        emitter.on(subject, listener)
        return () => emitter.off(subject, listener)
      },
      publish: (subject) => emitter.emit(subject, 1),
    }),
    async () => undefined,
  )
  return { ...session, close: async () => undefined }
}
