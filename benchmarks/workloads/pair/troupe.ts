import { createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { DriverService } from '../services/driver.js'
import { EchoService } from '../services/echo.js'
import { type Activity, whileDriving } from './main-thread.js'

/** On each of two threads an echo, and a driver that calls the other thread's echo. */
export function adapterWith(activity: Activity): { readonly start: StartSession } {
  return { start: () => startPair(activity) }
}

const startPair = async (activity: Activity): ReturnType<StartSession> => {
  const system = await createSystem({ threads: 2, timeoutMs: 60_000 })
  const drivers = await Promise.all(
    [1, 2].map(async (thread) => {
      await system.spawn(EchoService, { name: `echo/${thread}`, host: { thread } })
      return await system.spawn(DriverService, { name: `driver/${thread}`, host: { thread } })
    }),
  )
  return {
    run: ({ size, seed }) =>
      whileDriving(
        activity,
        drivers.map((driver, i) => driver.drive(`echo/${2 - i}`, size / 2, seed)),
      ),
    close: () => system.stop(),
  }
}
