import { createSystem, type SystemOptions } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { EchoService } from '../services/echo.js'

export const start = callsWith({})

/** Calls to a service on another thread of a system made so. */
export function callsWith(options: SystemOptions): StartSession {
  return () => startWith(options)
}

const startWith = async (options: SystemOptions): ReturnType<StartSession> => {
  const system = await createSystem({ threads: 1, ...options })
  const echo = await system.spawn(EchoService, { host: { thread: 1 } })
  return callSession(echo.next, () => system.stop())
}
