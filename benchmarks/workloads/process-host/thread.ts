import { createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { EchoService } from '../services/echo.js'

/** The same actor on a thread of its own. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const echo = await system.spawn(EchoService, { host: 'dedicated' })
  return callSession(echo.next, () => system.stop())
}
