import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Deferred } from '../../src/actors/remote-type.js'
import { Deadlock, RequestRefused, RequestTimeout, ServiceWithdrawn } from '../../src/base/failures.js'
import { createTestSystem, type TestSystem } from '../../src/testing/create-test-system.js'
import { failureOf, gate, outcomeOf } from './evidence.js'

let t: TestSystem
afterEach(() => t.stop())

const Api = contract('numbers', { methods: { upTo: stream([z.int()], z.int()), echo: method([z.int()], z.int()) } })

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}

describe('smoke', () => {
  it('streams', async () => {
    t = await createTestSystem({ seed: 1 })
    let closed = 0
    const Numbers = service(import.meta, Api, () => ({
      async *upTo(n) {
        try {
          for (let i = 0; i < n; i++) yield i
        } finally {
          closed++
        }
      },
      echo: (n) => n,
    }))
    const numbers = await t.spawn(Numbers)
    expect(await all(numbers.upTo(300))).toHaveLength(300)
    const seen: number[] = []
    for await (const n of numbers.upTo(1e9)) {
      seen.push(n)
      if (n === 200) break
    }
    await t.settled()
    expect([seen.length, closed]).toEqual([201, 2])
    expect(await numbers.echo(4)).toBe(4)
  })
  it('light', async () => {
    t = await createTestSystem({ seed: 1 })
    const Light = actor(() => ({
      async *items() {
        yield 1
        yield 2
      },
      one: () => 1,
    }))
    const light = t.spawn(Light)
    expect(await all(light.items())).toEqual([1, 2])
    expect(await all(light.items())).toEqual([1, 2])
    expect(await t.spawn(Light).one()).toEqual(1)
    expect(await all(t.spawn(Light).items())).toEqual([1, 2])
  })
  it('defer, forward, concurrency', async () => {
    t = await createTestSystem({ seed: 1 })
    const Worker = actor(() => ({ work: (n: number) => n * 2 }))
    const waiting: Deferred<number>[] = []
    const Front = actor((self) => {
      const worker = self.spawn(Worker)
      return {
        later() {
          const answer = self.request.defer<number>()
          waiting.push(answer)
          return answer
        },
        work: (_n: number) => self.request.forward(worker),
      }
    })
    const front = t.spawn(Front)
    const later = front.later()
    expect(await front.work(4)).toBe(8)
    waiting[0]?.resolve(5)
    expect(await later).toBe(5)
    const lost = front.later()
    await t.settled()
    await front.$.stop()
    expect(await failureOf(lost)).toBeInstanceOf(ServiceWithdrawn)
  })
  it('guards', async () => {
    t = await createTestSystem({ seed: 1 })
    const seen: string[] = []
    const Guarded = service(
      import.meta,
      'guarded',
      {
        authorise: ({ properties }, name) => name !== 'secret' || properties['user'] === 'root',
        around: async ({ method, args }, next) => {
          seen.push(`${method}(${args.join()})`)
          return await next()
        },
        concurrency: 3,
      },
      (self) => ({
        secret: () => self.request.properties['user'],
        open: (x: number) => x,
        async slow(ms: number) {
          await Promise.resolve()
          return `${self.request.properties['user']} ${ms}`
        },
      }),
    )
    const guarded = await t.spawn(Guarded)
    expect(await failureOf(guarded.secret())).toBeInstanceOf(RequestRefused)
    expect(await guarded.$.with({ properties: { user: 'root' } }).secret()).toBe('root')
    expect(await Promise.all([1, 2, 3].map((n) => guarded.$.with({ properties: { user: `u${n}` } }).slow(n)))).toEqual([
      'u1 1',
      'u2 2',
      'u3 3',
    ])
    expect(seen).toEqual(['secret()', 'slow(1)', 'slow(2)', 'slow(3)'])
  })
  it('deadlock', async () => {
    t = await createTestSystem({ seed: 1 })
    const A = service(import.meta, 'a', (self) => ({
      start: async () => await (await self.lookup('b')).back(),
      again: () => 1,
    }))
    const B = service(import.meta, 'b', (self) => ({ back: async () => await (await self.lookup('a')).again() }))
    const a = await t.spawn(A)
    await t.spawn(B)
    const outcome = outcomeOf(a.start())
    await t.clock.advance(1000)
    expect(outcome.state).toBe('rejected')
    expect(String(outcome.value)).toContain('a → b → a')
    const self = await t.spawn(service(import.meta, 'selfish', (me) => ({ start: async () => await me.remote.again(), again: () => 1 })))
    const own = outcomeOf(self.start())
    await t.clock.advance(1000)
    expect((own.value as Error).cause).toBeInstanceOf(Deadlock)
  })
  it('overdue', async () => {
    t = await createTestSystem({ seed: 1 })
    const never = gate()
    let starts = 0
    const Hang = service(import.meta, 'hang', () => {
      starts++
      return { hang: () => never.passed, hi: () => starts }
    })
    const hang = await t.spawn(Hang)
    const outcome = outcomeOf(hang.$.with({ timeoutMs: 100 }).hang())
    const hi = outcomeOf(hang.$.with({ timeoutMs: 60_000 }).hi())
    await t.clock.advance(200)
    expect(outcome.value).toBeInstanceOf(RequestTimeout)
    expect(hi.state).toBe('pending')
    await t.clock.advance(30_000)
    expect(hi).toEqual({ state: 'resolved', value: 2 })
  })
})
