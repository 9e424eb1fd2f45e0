import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, report } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem, type TestSystem } from '../../src/testing/create-test-system.js'
import { expectNoSilentLoss } from '../actors/evidence.js'

let t: TestSystem
afterEach(() => t.stop())
const Api = contract('clock', {
  methods: { tick: method([z.number()]), keep: method([z.number()]) },
  reports: { time: z.number(), 'kept.*': report(z.object({ n: z.number() }), { lifetimeMs: Number.POSITIVE_INFINITY }) },
})
const Clock = service(import.meta, Api, { groups: ['g'] }, (self) => ({
  tick: (n) => self.publish('time', n),
  keep: (n) => self.publish(`kept.${n}`, { n }),
}))

describe('router smoke', () => {
  it('announcements', async () => {
    t = await createTestSystem({ seed: 1 })
    const seen: string[] = []
    const text = (a: { kind: string; status: string; binding: { name: string }; group?: string; reason?: string }) =>
      `${a.kind} ${a.status} ${a.binding.name}${a.group === undefined ? '' : ` ${a.group}`}${a.reason === undefined ? '' : ` ${a.reason}`}`
    const clock = await t.spawn(Clock)
    t.announcements({}, (a) => void seen.push(text(a as never)))
    const Joiner = service(import.meta, 'joiner', (self) => ({
      join: (g: string) => self.joinGroup(g),
      leave: (g: string) => self.leaveGroup(g),
    }))
    const joiner = await t.spawn(Joiner)
    await joiner.join('x')
    await joiner.leave('x')
    await joiner.join('y')
    expect(t.lookupAll({ group: 'y' }).map((b) => b.name)).toEqual(['joiner'])
    await joiner.$.stop()
    await clock.$.stop()
    await t.settled()
    expect(seen).toEqual([
      'service available clock',
      'group available clock g',
      'service available joiner',
      'group available joiner x',
      'group withdrawn joiner x',
      'group available joiner y',
      'group withdrawn joiner y stopped',
      'service withdrawn joiner stopped',
      'group withdrawn clock g stopped',
      'service withdrawn clock stopped',
    ])
  })
  it('reports', async () => {
    t = await createTestSystem({ seed: 1 })
    const seen: unknown[] = []
    const all = t.subscribe('clock', '*', (r) => void seen.push([r.subject, r.content, r.retained, r.pattern]))
    const clock = await t.spawn(Clock)
    await clock.keep(1)
    await clock.tick(5)
    await t.settled()
    const late: unknown[] = []
    const Sub = actor((self) => {
      self.subscribe(Api, 'kept.*', (r) => void late.push([r.subject, r.content.n, r.retained]))
      return { hi: () => 1 }
    })
    await t.spawn(Sub).hi()
    await clock.keep(2)
    await t.settled()
    expect(seen).toEqual([
      ['kept.1', { n: 1 }, false, '*'],
      ['time', 5, false, '*'],
      ['kept.2', { n: 2 }, false, '*'],
    ])
    expect(late).toEqual([
      ['kept.1', 1, true],
      ['kept.2', 2, false],
    ])
    all.close()
    await clock.tick(6)
    await t.settled()
    expect(seen).toHaveLength(3)
    expectNoSilentLoss(t.stats())
  })
  it('client', async () => {
    t = await createTestSystem({ seed: 1 })
    const client = t.client(Api, { select: 'round-robin' })
    expect(client.$.tell.tick(1)).toBe('unavailable')
    const waiting = client.tick(1)
    await t.settled()
    const one = await t.spawn(Clock)
    await waiting
    const ended: unknown[] = []
    t.watch(one, (end) => void ended.push(end.reason))
    await one.$.stop()
    await t.settled()
    expect(ended).toEqual(['stopped'])
    t.watch(one, (end) => void ended.push(end.reason))
    await t.settled()
    expect(ended).toEqual(['stopped', 'stopped'])
    await expect(t.spawn(service(import.meta, 'x', () => ({ hi: (x: unknown) => x }))).then((x) => x.hi(client))).rejects.toThrow('client')
  })
  it('iterates', async () => {
    t = await createTestSystem({ seed: 1 })
    const clock = await t.spawn(Clock)
    const sub = t.subscribe(Api, 'time', { capacity: 2 })
    for (let i = 0; i < 5; i++) await clock.tick(i)
    const got: unknown[] = []
    for await (const r of sub) {
      got.push([r.content, r.missed])
      if (got.length === 2) break
    }
    expect([got, sub.dropped]).toEqual([
      [
        [3, 3],
        [4, 0],
      ],
      3,
    ])
  })
})
