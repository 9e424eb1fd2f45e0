import { dispatch, spawnStateless, start as startNact, stop } from 'nact'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { createArrivals } from './arrivals.js'

/** Children of the system itself: nact copies the table of children for every message of an actor. */
export const start: StartSession = async () => {
  const arrivals = createArrivals()
  const receive = (value: number): void => arrivals.arrived(value)
  let system = startNact()
  return {
    run: ({ size, seed }) => {
      const answer = arrivals.expect(size)
      for (let i = 0; i < size; i++) dispatch(spawnStateless(system, receive, `child-${i}`), valueAt(seed, i))
      return answer
    },
    tidy: async () => {
      stop(system)
      system = startNact()
    },
    close: async () => stop(system),
  }
}
