import { createSystem, type Remote } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from './children.js'

const PROGRAM = new URL('./troupe.child.mjs', import.meta.url)

export function callsTo(arrangement: 'direct' | 'hub'): StartSession {
  return async () => {
    const first = await startChild(PROGRAM, arrangement === 'direct' ? 'echo' : 'hub')
    const address = first.said
    const children = [first.child]
    if (arrangement === 'hub') children.push((await startChild(PROGRAM, 'echo', address)).child)
    const system = await createSystem({ threads: 0, timeoutMs: 60_000 })
    await createExchange(system, { role: 'client' }).connect(address).active({ timeoutMs: 10_000 })
    const echo = await system.lookup<Remote<{ next(value: number): number }>>('echo', { timeoutMs: 10_000 })
    return callSession(
      (value) => echo.next(value),
      async () => {
        await system.stop()
        for (const child of children) child.kill()
      },
    )
  }
}
