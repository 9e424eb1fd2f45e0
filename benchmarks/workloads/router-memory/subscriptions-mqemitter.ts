import { promisify } from 'node:util'
import mqemitter from 'mqemitter'
import type { StartSession } from '../../harness/workload.js'

export const start: StartSession = async () => {
  const emitter = mqemitter({ separator: '.' })
  const kept: object[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) {
        const listener = (_: unknown, done: () => void): void => (i < 0 ? undefined : done())
        emitter.on('temperature', listener)
        kept.push(listener)
      }
      return { value: kept.length }
    },
    close: promisify((done: () => void) => emitter.close(done)),
  }
}
