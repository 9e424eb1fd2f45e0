import { dispatch, query, type Ref, spawn, start as startNact, stop } from 'nact'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'

const QUERY_TIMEOUT_MS = 60_000

/** A number is added, a reference is sent the sum. */
type Message = number | Ref<number>

export const start: StartSession = async () => {
  const system = startNact()
  const counter = spawn(
    system,
    (sum: number, message: Message) => {
      if (typeof message === 'number') return sum + message
      dispatch(message, sum)
      return 0
    },
    'counter',
    { initialState: 0 },
  )
  return {
    run: async ({ size, seed }) => {
      for (let i = 0; i < size; i++) dispatch(counter, valueAt(seed, i))
      return { value: await query(counter, (sender: Ref<number>) => sender, QUERY_TIMEOUT_MS) }
    },
    close: async () => stop(system),
  }
}
