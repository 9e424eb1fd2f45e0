import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { ActorFacts } from '../../src/actors/kernel/binding.js'
import { FarTable } from '../../src/actors/kernel/far-table.js'
import { FarActor } from '../../src/actors/kernel/target.js'
import type { ActorId, ThreadKey } from '../../src/base/ids.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const facts: ActorFacts = {
  ...{ id: '1.1@test' as ActorId, name: '', audience: '*', groups: [], process: 'test', thread: '1' as ThreadKey, cell: 1 },
  ...{ streams: null, supervisor: null },
}

async function keptBy(table: FarTable): Promise<number> {
  table.add(new FarActor(facts))
  // What a job has seen of a weak reference stays until that job ends.
  await new Promise<void>((resolve) => void setImmediate(resolve))
  collect()
  return table.all.length
}

describe('FarTable', () => {
  it('forgets whom nobody holds', async () => {
    expect(await keptBy(new FarTable(false))).toBe(0)
  })

  it('keeps all where a seed decides what happens, which the collector does not know', async () => {
    const table = new FarTable(true)
    expect([await keptBy(table), table.get(facts.id)?.thread]).toEqual([1, '1'])
  })
})
