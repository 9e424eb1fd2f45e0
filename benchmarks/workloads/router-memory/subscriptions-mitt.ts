import mitt, { type Emitter } from 'mitt'
import type { StartSession } from '../../harness/workload.js'

const createEmitter = mitt as unknown as () => Emitter<Record<string, number>>

export const start: StartSession = async () => {
  const emitter = createEmitter()
  const kept: (() => void)[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) {
        const listener = (): void => void i
        emitter.on('temperature', listener)
        kept.push(listener)
      }
      return { value: emitter.all.get('temperature')?.length ?? 0 }
    },
    close: async () => emitter.all.clear(),
  }
}
