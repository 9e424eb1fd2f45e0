import { describe, expect, it } from 'vitest'
import type { ActorFacts } from '../../src/actors/kernel/binding.js'
import { actorId, threadKey } from '../../src/base/ids.js'
import { FewActors } from '../../src/router/reports/few-actors.js'

const thread = threadKey(0, 0)

function factsOf(cell: number, groups: readonly string[] = []): ActorFacts {
  return {
    id: actorId(thread, cell, 'here'),
    name: `n${cell}`,
    audience: '*',
    groups,
    process: 'here',
    thread,
    cell,
    streams: null,
    supervisor: null,
  }
}

const [one, two, three] = [factsOf(1), factsOf(2), factsOf(3)]

describe('FewActors', () => {
  it('holds none at first', () => {
    const few = new FewActors()
    expect(few.all).toEqual([])
    expect(few.has(one.id)).toBe(false)
    few.remove(one.id)
    expect(few.all).toEqual([])
  })

  it('keeps the order of addition, from one to several and back', () => {
    const few = new FewActors()
    few.add(one)
    expect(few.all).toEqual([one])
    few.add(two)
    few.add(three)
    expect(few.all).toEqual([one, two, three])
    expect([one, two, three].every(({ id }) => few.has(id))).toBe(true)
    few.remove(one.id)
    few.remove(three.id)
    expect(few.all).toEqual([two])
    few.remove(two.id)
    expect(few.all).toEqual([])
    few.add(three)
    expect(few.all).toEqual([three])
  })

  it('takes newer facts in the place of older ones', () => {
    const newer = factsOf(1, ['g'])
    const few = new FewActors()
    few.add(one)
    few.add(newer)
    expect(few.all).toEqual([newer])
    few.add(two)
    few.add(one)
    expect(few.all).toEqual([one, two])
  })

  it('removes no other than the one that is meant', () => {
    const few = new FewActors()
    few.add(one)
    few.remove(two.id)
    expect(few.all).toEqual([one])
  })

  it('holds none once cleared', () => {
    const few = new FewActors()
    few.add(one)
    few.add(two)
    few.clear()
    expect(few.all).toEqual([])
    expect(few.has(one.id)).toBe(false)
  })
})
