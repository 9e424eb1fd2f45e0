import { createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { EchoService } from '../services/echo.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 1 })
  const echo = await system.spawn(EchoService, { host: { thread: 1 } })
  return callSession(echo.next, () => system.stop())
}
