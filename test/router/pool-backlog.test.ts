import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../src/base/ids.js'
import { PoolBacklog } from '../../src/router/reports/pool-backlog.js'

const [one, other] = ['1', '2'] as unknown as [ThreadKey, ThreadKey]
const report = (subject: string, value: number) => ({ subject, value, lifetimeMs: 0 })

describe('PoolBacklog', () => {
  it('take() gives the newest of each subject and pool, in the order of publication, with those it took the place of', () => {
    const backlog = new PoolBacklog()
    for (const [i, subject] of ['a', 'b', 'a', 'c', 'a'].entries()) backlog.hold(one, 7, report(subject, i))
    backlog.hold(one, 8, report('a', 5))
    backlog.hold(other, 7, report('a', 6))
    expect([...backlog.take(one)]).toEqual([
      { cell: 7, subject: 'b', value: 1, lifetimeMs: 0, missed: 0 },
      { cell: 7, subject: 'c', value: 3, lifetimeMs: 0, missed: 0 },
      { cell: 7, subject: 'a', value: 4, lifetimeMs: 0, missed: 2 },
      { cell: 8, subject: 'a', value: 5, lifetimeMs: 0, missed: 0 },
    ])
    expect([[...backlog.take(one)], [...backlog.take(other)].length]).toEqual([[], 1])
  })

  it('hold() of more than 10 000 subjects gives up the oldest, and tells which', () => {
    const backlog = new PoolBacklog()
    for (let i = 0; i < 10_000; i++) expect(backlog.hold(one, 7, report(`${i}`, i))).toBeUndefined()
    backlog.hold(one, 7, report('0', 0))
    expect(backlog.hold(one, 7, report('new', 1))).toEqual({ cell: 7, subject: '1', value: 1, lifetimeMs: 0, missed: 0 })
    expect([...backlog.take(one)]).toHaveLength(10_000)
  })
})
