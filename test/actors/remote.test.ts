import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { createSystem, isRemote } from '../../src/index.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, gate } from './evidence.js'

const EchoApi = contract('echo', { methods: { echo: method(z.any(), z.any()), keep: method(z.any()) } })
const Echo = service(import.meta, EchoApi, { audience: 'lab' }, () => ({ echo: (x) => x, keep: () => undefined }))

describe('Remote', () => {
  it('Remote is no thenable and can be awaited and returned from async functions', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    expect(await echo).toBe(echo)
    expect(await (async () => echo)()).toBe(echo)
    for (const name of ['then', 'catch', 'finally', 'toJSON', 'toString', 'valueOf', 'constructor', '__proto__']) {
      expect([name, (echo as unknown as Record<string, unknown>)[name]]).toEqual([name, undefined])
    }
    expect('echo' in echo).toBe(false)
    expect(typeof echo).toBe('object')
  })

  it('Remote can be printed, compared and looked through', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    expect(inspect(echo)).toContain('Remote<service "echo">')
    expect(JSON.stringify({ echo })).toBe('{"echo":{}}')
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(echo)) as Record<string, unknown>
    expect(prototype['anything']).toBeUndefined()
    expect(() => expect({ echo }).toEqual({ echo: 1 })).toThrow('expected')
    expect([isRemote(echo), isRemote({}), isRemote(null), isRemote(echo.$.tell), isRemote(echo.$.binding)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it('a stream that is printed says how to read it', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Lines = service(import.meta, contract('lines', { methods: { all: stream([], z.string()) } }), () => ({ async *all() {} }))
    const lines = await t.spawn(Lines)
    expect(inspect(await lines.all())).toBe('Stream<lines.all(): read it with "for await">')
  })

  it('Remote has functions and verbs that are stable and bound', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const remote = await t.spawn(Echo)
    const { echo, $ } = remote
    const note = $.tell.keep
    const offer = $.offer.keep
    const { with: hurried } = $
    expect([remote.echo, remote.$, $.tell, $.tell.keep, $.offer.keep]).toEqual([echo, $, remote.$.tell, note, offer])
    expect(remote.echo).toBe(echo)
    expect(remote.$.tell.keep).toBe(note)
    expect(remote.$).toBe($)
    expect(await echo(5)).toBe(5)
    expect(note(1)).toBe('accepted')
    expect(await offer(1)).toBeUndefined()
    expect(await hurried({ timeoutMs: 5 }).echo(6)).toBe(6)
  })

  it('Remote cannot be changed', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = (await t.spawn(Echo)) as unknown as Record<string, unknown>
    expect(() => {
      echo['mine'] = 1
    }).toThrow('cannot set "mine" of a Remote')
    expect(echo['echo']).toBeTypeOf('function')
    expect(() => {
      echo['echo'] = 1
    }).toThrow(TypeError)
  })

  it('$.tell says what became of the message', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo, { mailbox: { capacity: 1 } })
    expect([echo.$.tell.keep(1), echo.$.tell.keep(2)]).toEqual(['accepted', 'dropped'])
    await t.settled()
    await echo.$.stop()
    expect(echo.$.tell.keep(3)).toBe('unavailable')
    expect(t.stats().totals.dropped).toMatchObject({ 'mailbox-full': 1, unavailable: 1 })
  })

  it('a Remote of an actor that is gone fails with ServiceUnavailable', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    await echo.$.stop()
    const unavailable = { name: 'ServiceUnavailable', error: 46, code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' }
    expect(await failureOf(echo.echo(1))).toMatchObject(unavailable)
    expect(await failureOf(echo.$.offer.keep(1))).toMatchObject(unavailable)
  })

  it.each<[object, string]>([
    [{ timeoutMs: 0 }, 'timeoutMs is 0; give milliseconds above 0'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs is NaN'],
    [{ timeoutMs: '5' }, 'timeoutMs is "5"'],
    [{ signal: {} }, 'signal is {}; give an AbortSignal'],
    [{ detached: 1 }, 'detached is 1; give true or false'],
    [{ timeout: 5 }, 'unknown option "timeout"; known are timeoutMs'],
  ])('$.with() refuses %o', async (options, message) => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    expect(() => echo.$.with(options)).toThrow(message)
  })

  it('$.with() adds to the options that were there', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const slow = t.spawn(actor(() => ({ wait: () => door.passed })))
    const controller = new AbortController()
    const remote = slow.$.with({ signal: controller.signal, timeoutMs: 1000 }).$.with({ timeoutMs: 10 })
    const expired = failureOf(remote.wait())
    const aborted = failureOf(remote.$.with({ timeoutMs: 100 }).wait())
    await t.clock.advance(10)
    expect(await expired).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    controller.abort()
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
  })

  it('$.binding names the actor, immutable and equal for whoever asks', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    const { binding } = echo.$
    const found = (await t.lookup('echo')).$.binding as typeof binding
    expect(binding).toEqual(found)
    expect(binding).toMatchObject({
      kind: 'binding',
      name: 'echo',
      audience: 'lab',
      groups: [],
      process: t.process.id,
      thread: 0,
      location: 'local',
      exchangeGroup: '',
    })
    expect(binding.id).toMatch(new RegExp(`^[^@]+@${t.process.id}$`))
    expect(Object.isFrozen(binding)).toBe(true)
  })

  it('self shows what it is', async () => {
    await using t = await createTestSystem({ seed: 1, name: 'demo' })
    const Shown = service(import.meta, 'shown', (self) => ({
      facts: () => [self.name, self.audience, self.id, self.address, self.thread, self.system.name, self.system.threads],
      remote: () => self.remote,
      sender: () => self.request.sender,
    }))
    const shown = await t.spawn(Shown)
    const { id, address } = shown.$.binding
    expect(await shown.facts()).toEqual(['shown', '*', id, address, 0, 'demo', 0])
    const own = (await shown.remote()) as typeof shown
    expect([isRemote(own), own.$.binding.id]).toEqual([true, id])
    expect(await own.facts()).toEqual(await shown.facts())
  })
})

describe('values', () => {
  it.each([{ strict: true }, { strict: false }])('messages to a service are copied within a thread (%o)', async (options) => {
    await using system = await createSystem({ threads: 0, ...options })
    const kept: unknown[] = []
    const Keeper = service(import.meta, 'keeper', () => ({
      keep: (x: { n: number }) => {
        kept.push(x)
        x.n++
        return x
      },
    }))
    const keeper = await system.spawn(Keeper)
    const mine = { n: 1 }
    const back = await keeper.keep(mine)
    expect([mine, back, kept]).toEqual([{ n: 1 }, { n: 2 }, [{ n: 2 }]])
    back.n = 100
    expect(kept).toEqual([{ n: 2 }])
  })

  it('share: true passes references to services of the same thread', async () => {
    await using system = await createSystem({ threads: 0, share: true })
    const echo = await system.spawn(Echo)
    const mine = { list: [1] }
    expect(await echo.echo(mine)).toBe(mine)
    expect(await failureOf(echo.echo({ cb: () => 1 }))).toMatchObject({ error: 42 })
  })

  it.each([{ strict: true }, { strict: false }])(
    'a light actor gets the very value, and refuses what could not be sent (%o)',
    async (options) => {
      await using system = await createSystem({ threads: 0, ...options })
      const kept: unknown[] = []
      const keeper = system.spawn(actor(() => ({ keep: (x: unknown) => kept[kept.push(x) - 1] })))
      const mine = { list: [1], self: null as unknown }
      mine.self = mine
      expect(await keeper.keep(mine)).toBe(mine)
      expect(kept[0]).toBe(mine)
      const failure = await failureOf(keeper.keep({ a: [new (class Point {})()] }))
      expect(failure).toMatchObject({ error: 42, message: expect.stringContaining('args[0].a[0]') })
      expect(() => keeper.$.tell.keep({ f: () => 1 })).toThrow('args[0].f')
    },
  )

  it('cycles, shared references and the types of structured clone are kept', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const echo = await t.spawn(Echo)
    const shared = { a: 1 }
    const value = {
      one: shared,
      two: shared,
      map: new Map([[1, new Set([2n])]]),
      date: new Date(5),
      bytes: new Uint8Array([1, 2]),
      me: null as unknown,
    }
    value.me = value
    const back = (await echo.echo(value)) as typeof value
    expect(back).toEqual(value)
    expect(back.one).toBe(back.two)
    expect(back.me).toBe(back)
  })

  it.each([{ strict: true }, { strict: false }])(
    'Remotes and bindings inside values arrive as the receiver’s own (%o)',
    async (options) => {
      await using system = await createSystem({ threads: 0, ...options })
      const senders: unknown[] = []
      const Asked = actor((self) => ({ ask: () => void senders.push(self.request.sender.id) }))
      const asked = system.spawn(Asked)
      const Middle = service(import.meta, 'middle', (self) => ({
        async use(value: { deep: (typeof asked)[] }, alone: typeof asked) {
          for (const remote of [...value.deep, alone]) await remote.ask()
          return self.id
        },
        hand: () => ({ asked, binding: asked.$.binding }),
      }))
      const middle = await system.spawn(Middle)
      const light = system.spawn(actor((self) => ({ use: async (one: typeof asked) => void senders.push((await one.ask()) ?? self.id) })))
      const id = await middle.use({ deep: [asked] }, asked.$.binding as unknown as typeof asked)
      expect(senders.splice(0)).toEqual([id, id])
      await light.use(asked)
      expect(senders).toEqual([light.$.binding.id, light.$.binding.id])
      senders.length = 0
      const handed = await middle.hand()
      expect([isRemote(handed.asked), isRemote(handed.binding)]).toEqual([true, true])
      await handed.asked.ask()
      await (handed.binding as unknown as typeof asked).ask()
      expect(new Set(senders).size).toBe(1)
      expect(senders[0]).not.toBe(id)
    },
  )

  it.each([{ strict: true }, { strict: false }])('Remotes in messages that wait for setup are the receiver’s own (%o)', async (options) => {
    await using system = await createSystem({ threads: 0, ...options })
    const Asked = actor((self) => ({ ask: () => self.request.sender.id }))
    const asked = system.spawn(Asked)
    const late = system.spawn(actor((self) => ({ use: async (one: typeof asked) => [await one.ask(), self.id] })))
    const [sender, own] = await late.use(asked)
    expect(sender).toBe(own)
  })

  it('a Remote that arrives again is the one that arrived before, and another actor’s is another', async () => {
    await using system = await createSystem({ threads: 0 })
    const One = actor(() => ({ hello: () => 'hello' }))
    const [first, second] = [system.spawn(One), system.spawn(One)]
    const seen: unknown[] = []
    const keeper = system.spawn(actor(() => ({ see: (one: typeof first) => void seen.push(one) })))
    for (const one of [first, first, second, first]) await keeper.see(one)
    expect([seen[0] === seen[1], seen[1] === seen[2], seen[2] === seen[3]]).toEqual([true, false, false])
    expect(seen[0]).not.toBe(first)
    expect(await (seen[2] as typeof first).hello()).toBe('hello')
    expect((seen[2] as typeof first).$.binding.id).toBe(second.$.binding.id)
  })

  it('a binding of a light actor leads to it, and a binding of one that is gone to nobody', async () => {
    await using system = await createSystem({ threads: 0 })
    const Seen = actor((self) => ({ who: () => self.request.sender }))
    const seen = system.spawn(Seen)
    const child = system.spawn(actor(() => ({ hello: () => 'hello', ask: async (other: typeof seen) => await other.who() })))
    const Keeper = service(import.meta, 'keeper', () => ({ use: async (one: { hello(): Promise<string> }) => await one.hello() }))
    const keeper = await system.spawn(Keeper)
    expect(await keeper.use(child.$.binding as never)).toBe('hello')
    expect(await keeper.use((await child.ask(seen)) as never)).toBe('hello')
    const { binding } = child.$
    await child.$.stop()
    expect(await failureOf(keeper.use(binding as never))).toMatchObject({ cause: { code: 'ERR_SERVICE_UNAVAILABLE' } })
  })
})
