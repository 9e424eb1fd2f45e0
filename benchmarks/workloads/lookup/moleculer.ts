import { type ActionEndpoint, ServiceBroker } from 'moleculer'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { names } from './names.js'

/** What its broker does before each call: it finds the endpoint of an action. */
export const start: StartSession = async () => {
  const broker = new ServiceBroker({ logger: false })
  for (const name of names) broker.createService({ name, actions: { number: () => 1 } })
  await broker.start()
  const actions = names.map((name) => `${name}.number`)
  return {
    run: async ({ size, seed }) => {
      let value = 0
      let last: Error | ActionEndpoint | undefined
      for (let i = 0; i < size; i++) {
        const number = valueAt(seed, i)
        last = broker.findNextActionEndpoint(actions[number] as string) as Error | ActionEndpoint
        if ('action' in last) value += number
      }
      const right = last !== undefined && 'action' in last && last.action.name === actions[valueAt(seed, size - 1)]
      return { value: right ? value : Number.NaN }
    },
    close: () => broker.stop(),
  }
}
