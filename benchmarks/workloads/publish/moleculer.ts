import { type Context, ServiceBroker, type ServiceEvents } from 'moleculer'
import type { StartSession } from '../../harness/workload.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

/** Local events to all: each subscriber is a service. Moleculer gives a context to a handler whose first parameter is `ctx`. */
export const start: StartSession = () => {
  const broker = new ServiceBroker({ logger: false })
  return reportSession(
    async (arrivals) => {
      const events: ServiceEvents = { [SUBJECT]: (ctx: Context<{ value: number }>) => arrivals.arrived(ctx.params.value) }
      for (let i = 0; i < SUBSCRIBERS; i++) broker.createService({ name: `subscriber-${i}`, events })
      await broker.start()
      return (value) => void broker.broadcastLocal(SUBJECT, { value })
    },
    () => broker.stop(),
  )
}
