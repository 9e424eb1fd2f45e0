import { setTimeout } from 'node:timers/promises'
import { IDLE_MS } from './workload.js'

/** What this process takes of a core while nothing is asked of it, in percent. */
export async function idleShare(): Promise<number> {
  // What the last answers have left to do is not part of it.
  await setTimeout(500)
  const before = process.cpuUsage()
  const startMs = performance.now()
  await setTimeout(IDLE_MS)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 10 / (performance.now() - startMs)
}
