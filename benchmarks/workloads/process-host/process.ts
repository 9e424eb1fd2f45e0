import { createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { EchoService } from '../services/echo.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const echo = await system.spawn(EchoService, { host: 'process' })
  return callSession(echo.next, () => system.stop())
}
