import { afterEach, describe, expect, it, vi } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { RemoteOf } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem, withSeeds } from '../../src/testing/index.js'
import { failureOf, recordingLog } from '../actors/evidence.js'

afterEach(() => vi.unstubAllEnvs())

type NodeRemote = RemoteOf<{ run(left: number): Promise<void>; meet(others: readonly unknown[]): Promise<void> }>

/** What happened in one run, in order. */
const order: string[] = []

const Node = service(import.meta, 'node', (self, init: { name: number }) => {
  let others: readonly NodeRemote[] = []
  self.after(10 + init.name, () => order.push(`timer of ${init.name}`))
  return {
    meet: (met: readonly unknown[]) => {
      others = met as readonly NodeRemote[]
    },
    run(left: number) {
      order.push(`${init.name}: ${left}`)
      if (left > 0) for (const [i, other] of others.entries()) if ((init.name + left + i) % 3 === 0) other.$.tell.run(left - 1)
    },
  }
})

/** Nodes on four threads that tell each other at random; one thread dies meanwhile. */
async function orderOf(seed: number): Promise<string> {
  await using t = await createTestSystem({ seed, threads: 3, log: recordingLog() })
  order.length = 0
  const nodes = []
  for (let name = 0; name < 8; name++) nodes.push(await t.spawn(Node, { init: { name }, host: { thread: name % 4 } }))
  t.announcements({ name: 'node' }, ({ status, binding }) => order.push(`${status} ${binding.address.split('/')[1]}`))
  for (const node of nodes) await node.meet(nodes)
  for (const node of nodes) node.$.tell.run(3)
  await new Promise(setImmediate)
  await t.killThread(2)
  await t.clock.advance(100)
  return order.join('\n')
}

describe('seed', () => {
  it('the same seed gives the same order of turns and of frames between threads, 20 seeds twice', async () => {
    const orders = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      const [one, two] = [await orderOf(seed), await orderOf(seed)]
      expect(one.split('\n').length).toBeGreaterThan(30)
      expect(two).toBe(one)
      orders.add(one)
    }
    expect(orders.size).toBe(20)
  })

  it('TROUPE_SEED is the seed of systems that are given none', async () => {
    vi.stubEnv('TROUPE_SEED', '4711')
    await using t = await createTestSystem()
    await using given = await createTestSystem({ seed: 5 })
    expect([t.seed, given.seed]).toEqual([4711, 5])
    vi.stubEnv('TROUPE_SEED', 'x')
    await expect(createTestSystem()).rejects.toThrow('TROUPE_SEED is "x"; give a whole number from 0 to 9007199254740991')
  })

  it.each([[-1], [1.5], [Number.NaN], ['7']])('createTestSystem() refuses the seed %s', async (seed) => {
    await expect(createTestSystem({ seed: seed as number })).rejects.toThrow('createTestSystem(): seed is ')
  })
})

describe('withSeeds()', () => {
  it('withSeeds() runs a test once for each seed, with a system of its own that it stops and checks', async () => {
    const seeds: number[] = []
    const systems = new Set<TestSystem>()
    await withSeeds(3, (t) => {
      seeds.push(t.seed)
      systems.add(t)
    })
    expect([seeds, [...systems].map(({ state }) => state)]).toEqual([
      [1, 2, 3],
      ['stopped', 'stopped', 'stopped'],
    ])
  })

  it('withSeeds(): what fails tells its seed and how to run it alone; the others are not run', async () => {
    const seeds: number[] = []
    const run = (t: TestSystem): void => {
      seeds.push(t.seed)
      if (t.seed === 2) expect('this').toBe('that')
    }
    const failure = await failureOf(withSeeds(5, run))
    expect(failure).toMatchObject({ name: 'AssertionError', actual: 'this', expected: 'that' })
    expect(String(failure)).toContain('(seed 2; TROUPE_SEED=2 runs it alone)')
    expect(seeds).toEqual([1, 2])
  })

  it('withSeeds() tells the seed of what check() finds, too', async () => {
    const run = (t: TestSystem): void => (t as unknown as { core: { retain(): void } }).core.retain()
    await expect(withSeeds(1, run)).rejects.toThrow(/check\(\): something is wrong(.|\n)*TROUPE_SEED=1 runs it alone/)
  })

  it('withSeeds() with TROUPE_SEED runs that seed alone, and passes options on', async () => {
    vi.stubEnv('TROUPE_SEED', '17')
    const ran: [number, number][] = []
    await withSeeds(50, ({ seed, threads }) => void ran.push([seed, threads]), { threads: 2 })
    expect(ran).toEqual([[17, 2]])
  })

  it('withSeeds() finds the orders in which a careless program fails', async () => {
    const Shop = actor(() => {
      let isOpen = false
      return {
        open: () => {
          isOpen = true
        },
        buy: () => isOpen,
      }
    })
    const bought: boolean[] = []
    const Owner = actor((_self, { shop }: { shop: { open(): Promise<void> } }) => ({ go: async () => await shop.open() }))
    const Customer = actor((_self, { shop }: { shop: { buy(): Promise<boolean> } }) => ({
      go: async () => void bought.push(await shop.buy()),
    }))
    await withSeeds(20, async (t) => {
      const shop = t.spawn(Shop)
      await Promise.all([t.spawn(Owner, { init: { shop } }).go(), t.spawn(Customer, { init: { shop } }).go()])
    })
    expect(new Set(bought)).toEqual(new Set([true, false]))
  })

  it('withSeeds() refuses a count below 1', async () => {
    await expect(withSeeds(0, () => undefined)).rejects.toThrow('withSeeds(): count is 0; give a whole number of 1 or more')
  })
})
