import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { failureOf } from '../actors/evidence.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const STEP_MS = 500

interface Seen {
  readonly name: string
  readonly remainingMs: number
  readonly properties: Readonly<Record<string, string>>
}

/** Answers after a while. */
const Pause = service(import.meta, 'pause', (self) => ({
  pass: () => {
    const answer = self.request.defer()
    self.after(STEP_MS, () => answer.resolve(undefined))
    return answer
  },
}))

/** Looks at its request, waits, then asks the next of the names it was given, and so on. */
const Hop = service(import.meta, 'hop', (self) => {
  const aborted: string[] = []
  return {
    pass: async (names: readonly string[]): Promise<readonly Seen[]> => {
      const { remainingMs, properties } = self.request
      const seen: Seen = { name: self.name, remainingMs, properties: { ...properties } }
      const [next, ...rest] = names
      if (next === undefined) return [seen]
      const pause = (await self.lookup('pause')) as unknown as Remote<{ pass(): void }>
      await pause.pass()
      const there = (await self.lookup(next)) as unknown as Hopping
      return [seen, ...((await there.pass(rest)) as readonly Seen[])]
    },
    never: async (names: readonly string[]): Promise<void> => {
      const { signal } = self.request
      const end = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      void end.then(() => aborted.push(self.name))
      const [next, ...rest] = names
      if (next === undefined) return await end
      const there = (await self.lookup(next)) as unknown as Hopping
      await there.never(rest)
    },
    aborted: () => aborted,
  }
})

type Hopping = Remote<{ pass(names: readonly string[]): readonly Seen[]; never(names: readonly string[]): void; aborted(): string[] }>

/** A hub and three clients of it, each with a service of its own. */
async function scene() {
  const net = new VirtualNet()
  const hub = await net.process('hub')
  await hub.system.spawn(Pause, { host: 'inline' })
  const processes: VirtualProcess[] = []
  for (const name of ['one', 'two', 'three']) {
    const process = await net.process(name, { role: 'client' })
    processes.push(process)
    process.exchange.connect('memory:hub/')
    await process.system.spawn(Hop, { name, host: 'inline' })
  }
  const asker = await net.process('asker', { role: 'client' })
  asker.exchange.connect('memory:hub/')
  const hop = async (name: string) => (await net.until(asker.system.lookup(name))) as Hopping
  await hop('three')
  return { net, one: await hop('one'), three: await hop('three'), two: await hop('two') }
}

describe('what a request carries over links', () => {
  it('properties reach the one that is called, as they are', async () => {
    const { net, one } = await scene()
    const properties = { user: 'ada', '': 'empty', __proto__x: 'ü€😀' }
    const [seen] = (await net.until(one.$.with({ properties }).pass([]))) as readonly Seen[]
    expect(seen?.properties).toEqual(properties)
    const most = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`key ${i}`, 'x'.repeat(240)]))
    const [all] = (await net.until(one.$.with({ properties: most }).pass([]))) as readonly Seen[]
    expect(all?.properties).toEqual(most)
    expect(() => one.$.with({ properties: { ...most, more: '' } })).toThrow('give at most 64')
  })

  it('the trace: from each request to those that are made for it', async () => {
    const { net, one } = await scene()
    const properties = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b', user: 'ada' }
    const seen = (await net.until(one.$.with({ properties }).pass(['two', 'three']))) as readonly Seen[]
    const { user: _user, ...trace } = properties
    expect(seen.map((hop) => hop.properties)).toEqual([properties, trace, trace])
  })

  it('the deadline: each gets what its caller has left', async () => {
    const { net, one } = await scene()
    const seen = (await net.until(one.$.with({ timeoutMs: 3000 }).pass(['two', 'three']))) as readonly Seen[]
    expect(seen.map(({ name }) => name)).toEqual(['one', 'two', 'three'])
    const left = seen.map(({ remainingMs }) => Math.round(remainingMs))
    expect(left[0]).toBe(3000)
    expect(left[1]).toBeLessThanOrEqual(3000 - STEP_MS)
    expect(left[2]).toBeLessThanOrEqual(3000 - 2 * STEP_MS)
    expect(left[2]).toBeGreaterThan(0)
  })

  it('the deadline ends it everywhere, and so does an abort', async () => {
    const { net, one, two, three } = await scene()
    const late = failureOf(one.$.with({ timeoutMs: 1000 }).never(['two', 'three']))
    expect(await net.until(late)).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    const control = new AbortController()
    const aborted = failureOf(one.$.with({ signal: control.signal, timeoutMs: 60_000 }).never(['two', 'three']))
    await net.settle()
    control.abort()
    expect(await net.until(aborted)).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    await net.settle()
    const told = await net.until(Promise.all([one, two, three].map((hop) => hop.aborted())))
    expect(told).toEqual([
      ['one', 'one'],
      ['two', 'two'],
      ['three', 'three'],
    ])
  })

  it('the chain: a request that comes back to who waits for it fails, and says by which way it came', async () => {
    const { net, one } = await scene()
    const failure = await net.until(failureOf(one.$.with({ timeoutMs: 10_000 }).pass(['two', 'three', 'one'])))
    expect(failure).toMatchObject({ details: expect.stringContaining('waits for itself: one → two → three → one') })
  })
})
