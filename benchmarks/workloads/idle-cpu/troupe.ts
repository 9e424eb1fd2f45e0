import { createSystem } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { EchoService } from '../services/echo.js'
import { idleShare } from './idleness.js'
import { THREADS } from './workload.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: THREADS })
  const echos = await Promise.all(Array.from({ length: THREADS }, (_, i) => system.spawn(EchoService, { host: { thread: i + 1 } })))
  return {
    run: async ({ seed }) => {
      const answers = await Promise.all(echos.map((echo) => echo.next(seed)))
      return { value: answers.reduce((sum, answer) => sum + answer, 0), own: await idleShare() }
    },
    close: () => system.stop(),
  }
}
