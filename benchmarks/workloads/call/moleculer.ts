import { ServiceBroker } from 'moleculer'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

/** A local call with the broker's default middleware, without validation of parameters, as troupe checks none within a process. */
export const start: StartSession = async () => {
  const broker = new ServiceBroker({ logger: false })
  broker.createService({ name: 'echo', actions: { next: (context: { params: { value: number } }) => context.params.value + 1 } })
  await broker.start()
  return callSession(
    (value) => broker.call<number, { value: number }>('echo.next', { value }),
    () => broker.stop(),
  )
}
