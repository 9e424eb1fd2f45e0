import { type AnyActor, createActor, fromTransition } from 'xstate'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { createArrivals } from './arrivals.js'

interface Message {
  readonly type: 'receive'
  readonly value: number
}

/** Root actors of the lightest kind that receives messages. */
export const start: StartSession = async () => {
  const arrivals = createArrivals()
  const receive = fromTransition((state: null, { value }: Message) => {
    arrivals.arrived(value)
    return state
  }, null)
  const made: AnyActor[] = []
  return {
    run: ({ size, seed }) => {
      const answer = arrivals.expect(size)
      for (let i = 0; i < size; i++) {
        const child = createActor(receive).start()
        made.push(child)
        child.send({ type: 'receive', value: valueAt(seed, i) })
      }
      return answer
    },
    tidy: async () => {
      for (const child of made.splice(0)) child.stop()
    },
    close: async () => undefined,
  }
}
