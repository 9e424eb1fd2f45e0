/** The types that contracts, services and calls have; compiled, never run. */

import { contract, createSystem, isFailure, method, type PoolOf, type Remote, type Self, service, task } from 'troupe'
import { z } from 'zod'

export const MathApi = contract('math', {
  methods: {
    multiply: method([z.number(), z.number()], z.number()),
    clear: method(),
    note: method(z.string()),
    pow: method([z.number(), z.number().optional()], z.number(), { timeoutMs: 200, idempotent: true }),
    rect: method(z.object({ w: z.number(), h: z.number() }), z.number()),
  },
  reports: { load: z.object({ calls: z.int() }), 'system.*': z.string() },
  errors: { Overflow: z.object({ limit: z.number() }), Gone: z.object({}) },
})

export const MathService = service(import.meta, MathApi, { audience: '*' }, (self, init: { limit: number }) => ({
  multiply(x, y) {
    const product: number = x * y
    if (product > init.limit) throw self.failure('Overflow', { limit: init.limit })
    return product
  },
  clear() {},
  note(text) {
    self.log.info(text.trim(), { sender: self.request.sender.id, leftMs: self.request.remainingMs })
  },
  pow(x, y = 2) {
    const exponent: number = y
    return x ** exponent
  },
  rect: ({ w, h }) => w * h,
}))

export const AsyncMath = service(import.meta, MathApi, async (_self, init: { limit: number }) => {
  await Promise.resolve()
  return {
    async multiply(x, y) {
      return x * y * init.limit
    },
    clear() {},
    async note() {},
    pow: async (x, y) => x ** (y ?? 2),
    rect: (r) => r.w * r.h,
  }
})

export const Clock = service(import.meta, 'clock', () => ({ now: () => new Date(), later: async (ms: number) => ms }))

export const Client = service(import.meta, '', { audience: '' }, (self) => {
  const key: string = self.every(1000, async () => {
    const math = self.tryLookup(MathApi)
    if (math) self.log.info('product', { product: await math.multiply(1, 2) })
  })
  const nightly: string = self.cron('0 3 * * 1-5', async () => self.cancelTimer(key), 'nightly', { timezone: 'Europe/Berlin' })
  self.onStop((reason) => {
    if (reason !== 'crashed') self.cancelTimer(nightly)
  })
})

export const Lobby = service(import.meta, 'lobby', (self) => ({
  math: async () => await self.spawn(MathService, { name: 'math/2', init: { limit: 3 } }),
}))

export const hash = task(import.meta, 'hash', (text: string) => text.length)

await using system = await createSystem({ name: 'types', threads: 'auto' })
const math = await system.spawn(MathService, { init: { limit: 1 } })
const product: number = await math.multiply(2, 3)
const nothing: void = await math.clear()
// @ts-expect-error: it takes nothing
await math.clear(1)
const powers: number[] = [await math.pow(2), await math.pow(2, 3), await math.rect({ w: 1, h: 2 })]
const told: 'accepted' | 'dropped' | 'unavailable' = math.$.tell.multiply(1, 2)
const offered: Promise<void> = math.$.offer.multiply(1, 2)
const hurried: number = await math.$.with({ timeoutMs: 3, signal: AbortSignal.timeout(1), detached: true }).multiply(1, 2)
await math.$.stop({ drainMs: 100 })

const clock = await system.spawn(Clock)
const date: Date = await clock.now()
const ms: number = await clock.later(3)

const lobby = await system.spawn(Lobby)
const found = await lobby.math()
const throughLobby: number = await found.multiply(2, 3)

const byContract = await system.lookup(MathApi, { timeoutMs: 100 })
const byDefinition = await system.lookup(MathService)
const byText = await system.lookup<typeof MathApi>('math')
const byName = await system.lookup({ contract: MathApi, name: 'math/2' })
const all: readonly Remote<typeof MathApi>[] = [math, byContract, byDefinition, byText, byName]
const loose = await system.lookup('anything')
await loose.whatever(1, 2)
const again = system.tryLookup(math.$.binding)
const sum: number | undefined = await again?.multiply(1, 2)
const untyped: unknown = await system.call('math', 'multiply', [1, 2])
const alsoUntyped: unknown = await system.call(MathApi, 'multiply', [1, 2], { timeoutMs: 10 })

interface Room {
  say(who: string, text: string): void
  size(): Promise<number>
}
const room: Remote<Room> = await system.lookup<Room>('room')
const size: number = await room.size()
const said: Promise<void> = room.say('me', 'hello')

const pool: PoolOf<{ now(): Promise<Date>; later(ms: number): Promise<number> }> = await system.pool(Clock, { size: 3 })
const hashed = await system.pool(MathService, {
  size: 8,
  init: { limit: 3 },
  route: { hash: (name, args) => (name === 'note' ? args[0] : 'other') },
})
const everywhere: readonly PromiseSettledResult<number>[] = await hashed.$.all.multiply(1, 2)
await hashed.$.resize(hashed.$.size + 1)

const refuse = (self: Self<typeof MathApi>) => self.failure('Gone', {}, 'it went')

try {
  await math.multiply(1, 2)
} catch (error) {
  if (isFailure(error, MathApi, 'Overflow')) {
    const limit: number = error.data.limit
    const code: 'Overflow' = error.code
    void [limit, code]
  } else if (isFailure(error, MathService)) {
    if (error.code === 'Overflow') void error.data.limit.toFixed()
  } else if (isFailure(error)) {
    const delivered: 'no' | 'maybe' | 'yes' = error.delivered
    void delivered
  }
}

const depth: number = system.stats().totals.mailboxDepth

export const used = [product, nothing, powers, told, offered, hurried, date, ms, throughLobby, all, sum, untyped, alsoUntyped]
export const usedToo = [size, said, pool, everywhere, refuse, depth]
