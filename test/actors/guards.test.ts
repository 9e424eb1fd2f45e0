import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Around, AroundCall, DefinitionOptions } from '../../src/actors/actor-options.js'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Deferred, Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, gate, itemsOf, outcomeOf, recordingLog } from './evidence.js'

async function quiet(options: object = {}) {
  const log = recordingLog()
  return Object.assign(await createTestSystem({ seed: 1, log, ...options }), { log })
}

const VaultApi = contract('vault', {
  methods: {
    open: method([z.string()], z.string()),
    fail: method([]),
    later: method([], z.string()),
    all: stream([z.int()], z.string()),
    aside: method([], z.string()),
  },
  errors: { Locked: z.object({ by: z.string() }) },
})

function vault(options: DefinitionOptions) {
  const seen = { opened: [] as string[], owed: [] as Deferred<string>[] }
  const Aside = actor(() => ({ aside: () => 'from aside' }))
  const Vault = service(import.meta, VaultApi, options, (self) => {
    const aside = self.spawn(Aside)
    return {
      open(what) {
        seen.opened.push(what)
        return `open ${what}`
      },
      fail() {
        throw self.failure('Locked', { by: 'ada' })
      },
      later() {
        const answer = self.request.defer<string>()
        seen.owed.push(answer)
        return answer
      },
      async *all(n) {
        for (let i = 0; i < n; i++) yield `item ${i}`
      },
      aside: () => self.request.forward(aside),
    }
  })
  return { seen, Vault }
}

/** The second, once the first is done. */
const and = <T>(_done: unknown, value: T): T => value

describe('authorise', () => {
  it('lets a request through for true alone; anything else is RequestRefused, and the method never runs', async () => {
    await using t = await quiet()
    for (const answer of [false, undefined, 1, 'true', {}]) {
      const { seen, Vault } = vault({ authorise: () => answer as boolean })
      const remote = await t.spawn(Vault)
      expect(await failureOf(remote.open('x'))).toMatchObject({
        code: 'ERR_REQUEST_REFUSED',
        error: 51,
        delivered: 'no',
        origin: 'vault',
        message: expect.stringContaining('open()'),
      })
      expect(seen.opened).toEqual([])
      await remote.$.stop()
    }
    const { Vault } = vault({ authorise: () => true })
    expect(await (await t.spawn(Vault)).open('x')).toBe('open x')
    expect(t.log.records).toEqual([])
  })

  it.each([
    ['resolves with true', () => Promise.resolve(true)],
    ['rejects', () => Promise.reject(new Error('later'))],
  ])('that returns a promise which %s refuses, says so in the log, and harms nobody', async (_what, answer) => {
    await using t = await quiet()
    const { seen, Vault } = vault({ authorise: () => answer() as unknown as boolean })
    expect(await failureOf((await t.spawn(Vault)).open('x'))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(seen.opened).toEqual([])
    expect(t.log.records.map(({ message }) => message)).toEqual([
      'authorise of service "vault" returned a promise, which is no yes; decide at once, or in the method',
    ])
  })

  it('that throws refuses, and is logged', async () => {
    await using t = await quiet()
    const { seen, Vault } = vault({
      authorise: () => {
        throw new Error('no idea')
      },
    })
    expect(await failureOf((await t.spawn(Vault)).open('x'))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect([seen.opened, t.log.records]).toMatchObject([[], [{ level: 'error', fields: { error: { message: 'no idea' } } }]])
  })

  it('that throws or refuses is no failure of the actor: its supervision is not asked', async () => {
    await using t = await quiet()
    const asked: unknown[] = []
    const { Vault } = vault({ authorise: () => false, supervision: { onFailure: (error) => and(asked.push(error), 'stop') } })
    const remote = await t.spawn(Vault)
    await failureOf(remote.open('x'))
    await failureOf(remote.open('y'))
    expect([asked, t.stats().totals.actors]).toEqual([[], 2])
  })

  it('sees method, sender, properties and deadline of the request, and self.request is the same', async () => {
    await using t = await quiet()
    const asked: unknown[] = []
    const Asked = service(
      import.meta,
      'asked',
      {
        authorise: (request, name) => {
          asked.push([name, request.sender.id, request.properties['user'], request.remainingMs, request.id])
          return true
        },
      },
      (self) => ({ id: () => self.request.id }),
    )
    const remote = await t.spawn(Asked)
    const id = await remote.$.with({ properties: { user: 'ada' }, timeoutMs: 70 }).id()
    expect(asked).toEqual([['id', coreOf(t).root.id, 'ada', 70, id]])
  })

  it('decides by properties, call by call', async () => {
    await using t = await quiet()
    const { Vault } = vault({ authorise: ({ properties }, name) => name === 'fail' || properties['user'] === 'ada' })
    const remote = await t.spawn(Vault)
    const as = (user: string) => remote.$.with({ properties: { user } })
    expect(await as('ada').open('x')).toBe('open x')
    expect(await failureOf(as('bob').open('x'))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(await failureOf(remote.open('x'))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(await failureOf(remote.fail())).toMatchObject({ code: 'Locked' })
  })

  it('asks for unknown methods too: a stranger does not learn what there is', async () => {
    await using t = await quiet()
    const { Vault } = vault({ authorise: () => false })
    expect(await failureOf(((await t.spawn(Vault)) as Remote).nothing())).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
  })

  it('refuses a stream before its first item, and is asked once for it', async () => {
    await using t = await quiet()
    let asked = 0
    const { Vault } = vault({ authorise: ({ properties }) => and(asked++, properties['user'] === 'ada') })
    const remote = await t.spawn(Vault)
    expect(await failureOf(itemsOf(remote.all(3)))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(await itemsOf(remote.$.with({ properties: { user: 'ada' } }).all(100))).toHaveLength(100)
    expect(asked).toBe(2)
    await expectNothingLeft(t)
  })

  it('refuses tells and offers: they are logged and counted as failed', async () => {
    await using t = await quiet()
    const { seen, Vault } = vault({ authorise: () => false })
    const remote = await t.spawn(Vault)
    expect(remote.$.tell.open('x')).toBe('accepted')
    await remote.$.offer.open('y')
    await t.settled()
    expect([seen.opened, coreOf(t).counters.read().failedTells]).toEqual([[], 2])
    expect(t.log.records.map(({ level, fields }) => [level, fields['code']])).toEqual(Array(2).fill(['warn', 'ERR_REQUEST_REFUSED']))
    await expectNothingLeft(t)
  })

  it('is not asked for what an actor does itself: timers, steps of streams', async () => {
    await using t = await quiet()
    const asked: string[] = []
    let ticks = 0
    const Ticks = service(import.meta, 'ticks', { authorise: (_request, name) => asked.push(name) > 0 }, (self) => {
      self.every(10, () => ticks++)
      return {
        async *all() {
          for (let i = 0; i < 5; i++) yield i
        },
      }
    })
    expect(await itemsOf((await t.spawn(Ticks)).all())).toHaveLength(5)
    await t.clock.advance(30)
    expect([ticks, asked]).toEqual([3, ['all']])
  })

  it('stands before around, and in a pool before each worker', async () => {
    await using t = await quiet()
    const order: string[] = []
    const options: DefinitionOptions = {
      authorise: (_request, name) => order.push(`authorise ${name}`) > 0,
      around: ({ method: name }, next) => {
        order.push(`around ${name}`)
        return next()
      },
    }
    const { Vault } = vault(options)
    const pool = await t.pool(Vault, { size: 2 })
    expect(await pool.open('x')).toBe('open x')
    expect(order).toEqual(['authorise open', 'around open'])
  })
})

describe('around', () => {
  const wrapping = (around: Around) => vault({ around })

  it('sees method, arguments and request, and answers what next() gives', async () => {
    await using t = await quiet()
    const calls: AroundCall[] = []
    const { seen, Vault } = wrapping((call, next) => {
      calls.push(call)
      return next()
    })
    const remote = (await t.spawn(Vault)).$.with({ properties: { user: 'ada' } })
    expect(await remote.open('x')).toBe('open x')
    expect(calls.map(({ method: name, args, request }) => [name, args, request.properties])).toEqual([['open', ['x'], { user: 'ada' }]])
    expect(seen.opened).toEqual(['x'])
  })

  it('may answer something else, without the method or after it; the contract still holds', async () => {
    await using t = await quiet()
    const { seen, Vault } = wrapping(async ({ args }, next) => {
      if (args[0] === 'instead') return 'not opened'
      if (args[0] === 'wrong') return 7
      return `${await next()}!`
    })
    const remote = await t.spawn(Vault)
    expect([await remote.open('instead'), await remote.open('x')]).toEqual(['not opened', 'open x!'])
    expect(await failureOf(remote.open('wrong'))).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    expect(seen.opened).toEqual(['x'])
  })

  it('may map errors, and lets typed failures through as they are', async () => {
    await using t = await quiet()
    const { Vault } = wrapping(async ({ args }, next) => {
      try {
        return await next()
      } catch (error) {
        if (args.length === 0) throw error
        throw new RangeError('mapped', { cause: error })
      }
    })
    const remote = await t.spawn(Vault)
    expect(await failureOf(remote.fail())).toMatchObject({ code: 'Locked', data: { by: 'ada' } })
    const mapped = await failureOf((remote as Remote).open(7))
    expect(mapped).toMatchObject({ code: 'ERR_APPLICATION', message: 'mapped', cause: { cause: { code: 'ERR_PARAMETERS_INCORRECT' } } })
  })

  it.each(['plain', 'async'] as const)(
    '%s sees unknown methods and wrong arguments; let through they fail as without it',
    async (manner) => {
      await using t = await quiet()
      const names: string[] = []
      const asked: unknown[] = []
      const around: Around =
        manner === 'plain'
          ? ({ method: name }, next) => and(names.push(name), next())
          : async ({ method: name }, next) => and(names.push(name), await next())
      const { Vault } = vault({ around, supervision: { onFailure: (error) => and(asked.push(error), 'stop') } })
      const remote = (await t.spawn(Vault)) as Remote
      const unknown = await failureOf(remote.nothing())
      expect(unknown).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', message: expect.stringContaining('open') })
      expect(await failureOf(remote.open())).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
      expect(await failureOf(remote.open(7))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', data: [{ path: [0] }] })
      remote.$.tell.nothing()
      await t.settled()
      expect(names).toEqual(['nothing', 'open', 'open', 'nothing'])
      expect([asked, t.stats().totals.actors, coreOf(t).counters.read().failedTells]).toEqual([[], 2, 1])
      await expectNothingLeft(t)
    },
  )

  it('may answer for a method that does not exist', async () => {
    await using t = await quiet()
    const Any = service(import.meta, 'any', { around: ({ method: name, args }) => `${name}(${args.join()})` }, () => ({}))
    expect(await ((await t.spawn(Any)) as Remote).whatever(1, 2)).toBe('whatever(1,2)')
  })

  it('runs the method once for each next()', async () => {
    await using t = await quiet()
    const { seen, Vault } = wrapping(async (_call, next) => {
      await next()
      return await next()
    })
    expect(await (await t.spawn(Vault)).open('x')).toBe('open x')
    expect(seen.opened).toEqual(['x', 'x'])
  })

  it('that throws fails the call as a method would, and the supervision hears of it', async () => {
    await using t = await quiet()
    const asked: string[] = []
    const { Vault } = vault({
      around: () => {
        throw new Error('around failed')
      },
      supervision: { onFailure: (error, where) => and(asked.push(`${where}: ${error.message}`), 'resume') },
    })
    const remote = await t.spawn(Vault)
    expect(await failureOf(remote.open('x'))).toMatchObject({ code: 'ERR_APPLICATION', message: 'around failed' })
    expect(asked).toEqual(['method: around failed'])
  })

  it('that is async holds the turn of its actor until it has settled', async () => {
    await using t = await quiet()
    const door = gate()
    const { seen, Vault } = wrapping(async ({ args }, next) => {
      if (args[0] === 'slow') await door.passed
      return await next()
    })
    const remote = await t.spawn(Vault)
    const both = [remote.open('slow'), remote.open('fast')]
    await t.settled()
    expect(seen.opened).toEqual([])
    door.open()
    await Promise.all(both)
    expect(seen.opened).toEqual(['slow', 'fast'])
  })

  it('whose next() comes after its turn runs nothing', async () => {
    await using t = await quiet()
    const kept: (() => unknown)[] = []
    const { seen, Vault } = wrapping((_call, next) => {
      kept.push(next)
      return 'at once'
    })
    const remote = await t.spawn(Vault)
    expect(await remote.open('x')).toBe('at once')
    remote.$.tell.open('y')
    await t.settled()
    for (const next of kept) expect(next).toThrow(/turn has ended/)
    expect(seen.opened).toEqual([])
  })

  it('passes streams on, once each, whether it is async or not', async () => {
    await using t = await quiet()
    for (const around of [
      (_call: AroundCall, next: () => unknown) => next(),
      async (_call: AroundCall, next: () => unknown) => await next(),
    ]) {
      const { Vault } = vault({ around })
      const remote = await t.spawn(Vault)
      expect(await itemsOf(remote.all(70))).toHaveLength(70)
      await remote.$.stop()
    }
    const { Vault } = wrapping(async function* () {
      yield 'instead'
    })
    expect(await itemsOf((await t.spawn(Vault)).all(3))).toEqual(['instead'])
    await expectNothingLeft(t)
  })

  it('lets answers be deferred and forwarded, by the method or by itself', async () => {
    await using t = await quiet()
    const { seen, Vault } = wrapping(async (_call, next) => await next())
    const remote = await t.spawn(Vault)
    const later = remote.later()
    expect(await remote.aside()).toBe('from aside')
    seen.owed[0]?.resolve('later')
    expect(await later).toBe('later')
    const owed: Deferred<string>[] = []
    const Own = service(
      import.meta,
      'own',
      {
        around: ({ request }) => {
          owed.push(request.defer<string>())
          return owed.at(-1)
        },
      },
      () => ({}),
    )
    const own = outcomeOf(((await t.spawn(Own)) as Remote).whatever())
    await t.settled()
    owed[0]?.resolve('by around')
    await t.settled()
    expect(own.value).toBe('by around')
    await expectNothingLeft(t)
  })

  it('keeps self.request over await, with concurrency too', async () => {
    await using t = await quiet()
    const Who = service(
      import.meta,
      'who',
      {
        concurrency: 4,
        around: async (_call, next) => {
          await Promise.resolve()
          return await next()
        },
      },
      (self) => ({
        async who() {
          await Promise.resolve()
          return self.request.properties['user']
        },
      }),
    )
    const remote = await t.spawn(Who)
    const users = ['a', 'b', 'c', 'd', 'e']
    expect(await Promise.all(users.map((user) => remote.$.with({ properties: { user } }).who()))).toEqual(users)
  })

  it('is of each life what the definition says: after a restart too', async () => {
    await using t = await quiet()
    let lives = 0
    const Lives = service(import.meta, 'lives', { around: (_call, next) => [lives, next()] }, (self) => {
      const life = ++lives
      return {
        life: () => life,
        crash: () =>
          void self.after(0, () => {
            throw new Error('crash')
          }),
      }
    })
    const remote = await t.spawn(Lives)
    await remote.crash()
    await t.clock.advance(1)
    expect(await remote.life()).toEqual([2, 2])
  })
})
