import { dispatch, query, type Ref, spawnStateless, start as startNact, stop } from 'nact'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

interface Question {
  readonly value: number
  readonly from: Ref<number>
}

/** As long as the default deadline of a call in troupe. */
const TIMEOUT_MS = 5000

export const start: StartSession = async () => {
  const system = startNact()
  const echo = spawnStateless(system, ({ value, from }: Question) => dispatch(from, value + 1), 'echo')
  const next = (value: number): Promise<number> => query(echo, (from: Ref<number>) => ({ value, from }), TIMEOUT_MS)
  return callSession(next, async () => stop(system))
}
