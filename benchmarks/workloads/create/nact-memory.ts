import { type Ref, spawnStateless, start as startNact, stop } from 'nact'
import type { StartSession } from '../../harness/workload.js'

export const start: StartSession = async () => {
  const system = startNact()
  const ignore = (_value: number): void => undefined
  const kept: Ref<number>[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) kept.push(spawnStateless(system, ignore, `child-${i}`))
      return { value: kept.length }
    },
    close: async () => {
      kept.length = 0
      stop(system)
    },
  }
}
