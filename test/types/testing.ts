/** The types that test systems have; compiled, never run. */

import { actor, contract, method, type Remote, type System, service, stream } from 'troupe'
import { createTestSystem, type Probe, type TestSystem, withSeeds } from 'troupe/testing'
import { z } from 'zod'

const MathApi = contract('math', {
  methods: { multiply: method([z.number(), z.number()], z.number()), primes: stream([z.int()], z.int()), clear: method() },
  reports: { load: z.object({ calls: z.int() }), 'system.*': z.string() },
  errors: { Overflow: z.object({ limit: z.number() }) },
})
const MathService = service(import.meta, MathApi, (_self, _init: { limit: number }) => ({
  multiply: (x, y) => x * y,
  async *primes() {},
  clear() {},
}))
const Free = service(import.meta, 'free', () => ({ name: (n: number) => `${n}` }))

export async function systems(): Promise<void> {
  await using t = await createTestSystem({ seed: 7, name: 'typed', threads: 2, strict: false, timeoutMs: 100, audience: '*' })
  const seed: number = t.seed
  const threads: number = t.threads
  const whole: System = t.system
  // @ts-expect-error: its deadLetters is a list; `t.system` is the System
  const same: System = t
  const math: Remote<typeof MathApi> = await t.spawn(MathService, { init: { limit: 1 }, host: { thread: threads } })
  const product: number = await math.multiply(2, 3)
  const state: 'running' | 'stopping' | 'stopped' = t.state
  await t.clock.advance(t.clock.now() + product + seed)
  await t.clock.set(new Date())
  await t.killThread(1)
  const letters: readonly { reason: string; method: string; missed: number }[] = t.deadLetters
  whole.deadLetters(({ missed }) => missed + letters.length + state.length)
  // @ts-expect-error: letters are read, not added
  t.deadLetters.push(letters[0])
  t.check()
  // @ts-expect-error: threads is a number
  await createTestSystem({ threads: 'auto' })
  void same
}

export async function probes(t: TestSystem): Promise<void> {
  using load = t.probe(MathApi, 'load')
  const { content, retained, subject } = await load.next({ timeoutMs: 100 })
  const calls: number = content.calls
  const said: 'load' = subject
  const all: readonly { readonly content: { calls: number } }[] = load.all
  for await (const one of load) if (one.content.calls > calls && retained) break
  await load.none()
  const status: Probe<{ readonly content: string }> = t.probe(MathService, 'system.status')
  const remote = t.probe(await t.lookup(MathApi), 'load')
  const untyped = t.probe({ group: 'any' }, 'whatever')
  const anything: unknown = (await untyped.next()).content
  // @ts-expect-error: no such subject
  t.probe(MathApi, 'lode')
  // @ts-expect-error: calls is a number
  const text: string = (await remote.next()).content.calls
  void [said, all, status, anything, text]
}

export async function stands(t: TestSystem): Promise<void> {
  const math: Remote<typeof MathApi> = await t.stand(MathApi, { multiply: (x, y) => x * y })
  await t.stand(MathApi, {
    async *primes(upTo) {
      yield upTo
    },
  })
  await t.stand(MathService, (self) => ({
    multiply(x) {
      self.publish('load', { calls: x })
      throw self.failure('Overflow', { limit: x })
    },
  }))
  const free = await t.stand(Free, { name: (n) => n.toFixed() })
  const name: string = await free.name(1)
  // @ts-expect-error: multiply returns a number
  await t.stand(MathApi, { multiply: () => 'six' })
  // @ts-expect-error: the contract has no such method
  await t.stand(MathApi, { divide: () => 1 })
  // @ts-expect-error: no reports of that name
  await t.stand(MathApi, (self) => ({ clear: () => self.publish('lode', 1) }))
  // @ts-expect-error: a name alone has no methods to stand in for
  await t.stand('math', {})
  void [math, name]
}

export async function faults(t: TestSystem): Promise<void> {
  const math = await t.lookup(MathApi)
  await t.fault(math).crash(new Error('boom'))
  t.fault(math.$.binding).drop(2)
  t.fault(t.spawn(actor(() => ({ take() {} })))).delay(100, 3)
  t.fault(math).duplicate()
  // @ts-expect-error: an actor, not its name
  t.fault('math')
}

export async function seeds(): Promise<void> {
  await withSeeds(
    20,
    async (t) => {
      const math: Remote<typeof MathApi> = await t.spawn(MathService, { init: { limit: t.seed } })
      await math.clear()
    },
    { threads: 2 },
  )
  // @ts-expect-error: it chooses the seeds
  await withSeeds(20, () => undefined, { seed: 1 })
}
