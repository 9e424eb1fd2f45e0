import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { names } from './names.js'

/** The ceiling. */
export const start: StartSession = async () => {
  const services = new Map(names.map((name, number) => [name, { number }]))
  return {
    run: async ({ size, seed }) => {
      let value = 0
      for (let i = 0; i < size; i++) value += services.get(names[valueAt(seed, i)] as string)?.number ?? Number.NaN
      return { value }
    },
    close: async () => undefined,
  }
}
