import { createSystem } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { tellInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'

const SINK = new URL('./sink.child.mjs', import.meta.url)
const HUB = new URL('../exchange-call/troupe.child.mjs', import.meta.url)

interface Sink {
  add(value: number): void
  caughtUp(): void
  take(): number
}

export function tellsTo(arrangement: 'direct' | 'hub'): StartSession {
  return async () => {
    const first = arrangement === 'direct' ? await startChild(SINK) : await startChild(HUB, 'hub')
    const children = [first.child]
    if (arrangement === 'hub') children.push((await startChild(SINK, first.said)).child)
    const system = await createSystem({ threads: 0, timeoutMs: 60_000 })
    await createExchange(system, { role: 'client' }).connect(first.said).active({ timeoutMs: 10_000 })
    const sink = await system.lookup<Sink>('sink', { timeoutMs: 10_000 })
    const { add } = sink.$.tell
    return {
      run: async (input) => {
        await tellInBursts(input, add, () => sink.caughtUp())
        return { value: await sink.take() }
      },
      close: async () => {
        await system.stop()
        for (const child of children) child.kill()
      },
    }
  }
}
