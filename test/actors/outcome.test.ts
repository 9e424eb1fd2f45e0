import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { outcomeOf } from '../../src/actors/facade/outcome.js'
import {
  ApplicationError,
  MethodUnavailable,
  RequestAborted,
  RequestEncodingError,
  RequestTimeout,
  ServiceFailure,
  ServiceUnavailable,
  ServiceWithdrawn,
} from '../../src/base/failures.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { failureOf, gate } from './evidence.js'

let t: TestSystem
afterEach(() => t?.stop())

const Api = contract('desk', {
  methods: {
    half: method([z.number()], z.number()),
    clear: method(),
    never: method(),
    many: stream([], z.number()),
    any: method([z.unknown()], z.unknown()),
  },
  errors: { Odd: z.object({ rest: z.number() }) },
})
const Desk = service(import.meta, Api, (self) => ({
  half(n) {
    if (n < 0) throw new RangeError('below 0')
    if (n % 2 === 1) throw self.failure('Odd', { rest: 1 })
    return n / 2
  },
  clear() {},
  never: () => gate().passed,
  async *many() {
    yield 1
  },
  any: (value) => value,
}))

async function start() {
  t = await createTestSystem({ seed: 1 })
  return await t.spawn(Desk)
}

describe('$.try', () => {
  it('resolves with the value', async () => {
    const desk = await start()
    expect(await desk.$.try.half(4)).toEqual({ ok: true, value: 2 })
    expect(await desk.$.try.clear()).toEqual({ ok: true, value: undefined })
  })

  it('resolves with a typed failure, whose data its code tells', async () => {
    const desk = await start()
    const outcome = await desk.$.try.half(3)
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'Odd', data: { rest: 1 }, delivered: 'yes' } })
    const rest = !outcome.ok && outcome.failure.code === 'Odd' ? outcome.failure.data.rest : undefined
    expect(rest).toBe(1)
  })

  it.each<[string, (desk: Awaited<ReturnType<typeof start>>) => Promise<unknown>, new () => ServiceFailure]>([
    ['a handler that throws', (desk) => desk.$.try.half(-1), ApplicationError],
    ['an argument that cannot be sent', (desk) => desk.$.try.any(() => 1), RequestEncodingError],
    ['a stream', (desk) => (desk.$.try as unknown as typeof desk).many() as unknown as Promise<unknown>, MethodUnavailable],
    ['an unknown method', (desk) => (desk.$.try as unknown as { no(): Promise<unknown> }).no(), MethodUnavailable],
    ['an aborted signal', (desk) => desk.$.with({ signal: AbortSignal.abort() }).$.try.clear(), RequestAborted],
  ])('resolves with the failure of %s', async (_name, call, type) => {
    const outcome = (await call(await start())) as { ok: boolean; failure: unknown }
    expect(outcome.ok).toBe(false)
    expect(outcome.failure).toBeInstanceOf(type)
  })

  it('resolves with the failure of the deadline, of $.with too', async () => {
    const desk = await start()
    const tried = desk.$.with({ timeoutMs: 30 }).$.try.never()
    await t.clock.advance(30)
    const outcome = await tried
    expect(outcome).toMatchObject({ ok: false, failure: { delivered: 'maybe' } })
    expect(!outcome.ok && outcome.failure).toBeInstanceOf(RequestTimeout)
  })

  it('resolves with the failure of who is gone', async () => {
    const desk = await start()
    await desk.$.stop()
    const outcome = await desk.$.try.half(2)
    expect(!outcome.ok && outcome.failure).toBeInstanceOf(ServiceUnavailable)
  })

  it('resolves with a failure when its own actor has stopped', async () => {
    const desk = await start()
    const kept: (typeof desk.$.try.half)[] = []
    const asker = t.spawn(actor((self) => ({ keep: async () => void kept.push((await self.lookup(Api)).$.try.half) })))
    await asker.keep()
    await asker.$.stop()
    const outcome = await kept[0]?.(2)
    expect(outcome?.ok === false && outcome.failure).toBeInstanceOf(ServiceWithdrawn)
  })

  it('keeps its functions', async () => {
    const desk = await start()
    const { half } = desk.$.try
    expect(desk.$.try.half).toBe(half)
    expect(desk.$.try).toBe(desk.$.try)
    expect(await half(2)).toEqual({ ok: true, value: 1 })
  })

  it('is there of a light actor and of a pool', async () => {
    t = await createTestSystem({ seed: 1 })
    const light = t.spawn(actor(() => ({ half: (n: number) => n / 2 })))
    const pool = await t.pool(Desk, { size: 2 })
    expect([await light.$.try.half(2), await pool.$.try.half(2)]).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 1 },
    ])
    expect(await pool.$.try.half(1)).toMatchObject({ ok: false, failure: { code: 'Odd' } })
  })
})

describe('outcomeOf()', () => {
  it('makes a value of failures of a call only', async () => {
    const failure = new ServiceFailure('Own', 57, 'Application Error')
    expect(await outcomeOf(Promise.reject(failure))).toEqual({ ok: false, failure })
    const mistake = new TypeError('no such option')
    expect(await failureOf(outcomeOf(Promise.reject(mistake)))).toBe(mistake)
  })
})
