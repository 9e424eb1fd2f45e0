import { valueAt } from '../../harness/values.mjs'
import type { Answer, Input, Session } from '../../harness/workload.js'
import { type Arrivals, createArrivals } from '../create/arrivals.js'
import { SUBSCRIBERS } from './workload.js'

/** Publishes a value; not necessarily before it returns. */
type Publish = (value: number) => unknown

/** Publishes one report after the other to `SUBSCRIBERS`, which `subscribe` has made and which tell `arrivals` of each delivery. */
export async function reportSession(subscribe: (arrivals: Arrivals) => Promise<Publish>, close: () => Promise<unknown>): Promise<Session> {
  const arrivals = createArrivals()
  const publish = await subscribe(arrivals)
  const run = async ({ size, seed }: Input): Promise<Answer> => {
    let value = 0
    for (let i = 0; i < size / SUBSCRIBERS; i++) {
      const arrived = arrivals.expect(SUBSCRIBERS)
      publish(valueAt(seed, i))
      value += (await arrived).value
    }
    return { value }
  }
  return { run, close: async () => void (await close()) }
}
