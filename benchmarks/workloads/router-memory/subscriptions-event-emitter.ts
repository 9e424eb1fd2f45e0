import { EventEmitter } from 'node:events'
import type { StartSession } from '../../harness/workload.js'

/** Whoever wants to take a listener away keeps it, as we keep the subscription. */
export const start: StartSession = async () => {
  const emitter = new EventEmitter().setMaxListeners(0)
  const kept: (() => void)[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) {
        const listener = (): void => void i
        emitter.on('temperature', listener)
        kept.push(listener)
      }
      return { value: emitter.listenerCount('temperature') }
    },
    close: async () => void emitter.removeAllListeners(),
  }
}
