import { describe, expect, it } from 'vitest'
import { Hermit } from './fixtures/hermit.js'
import { eatMemory, heapLimitMb } from './fixtures/tasks.js'
import { failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

/** What they make of the heap of a process: 64 MB for what is old, three times 4 for what is young. */
const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 12, stackSizeMb: 4, codeRangeSizeMb: 16 }
const HEAP_MB = 76

describe('resourceLimits', () => {
  it('hold for actors in processes of their own', async () => {
    const [system, unlimited] = [await startSystem({ resourceLimits: LIMITS }), await startSystem()]
    const [hermit, free] = [await system.spawn(Hermit), await unlimited.spawn(Hermit)]
    expect(await hermit.heapLimitMb()).toBe(HEAP_MB)
    expect(await free.heapLimitMb()).toBeGreaterThan(4 * HEAP_MB)
    expect(await hermit.depth()).toBeGreaterThan(2 * (await free.depth()))
  })

  it('leave it to an error to end a recursion, however much stack they allow', async () => {
    const system = await startSystem({ resourceLimits: { stackSizeMb: 1000 } })
    const hermit = await system.spawn(Hermit)
    expect(await hermit.depth()).toBeGreaterThan(10_000)
    expect(system.records).toEqual([])
  })

  it('hold for tasks that are offloaded to processes', async () => {
    const system = await startSystem({ resourceLimits: LIMITS })
    expect(await system.offload(heapLimitMb, [], { isolate: 'process' })).toBe(HEAP_MB)
    const failure = await failureOf(system.offload(eatMemory, [], { isolate: 'process' }))
    expect(failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(failure.message).toContain('signal SIGABRT')
  })
})
