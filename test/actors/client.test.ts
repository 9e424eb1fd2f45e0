import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Select } from '../../src/actors/agent-type.js'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { isRemote } from '../../src/actors/facade/remote.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

const Api = contract('svc', {
  methods: {
    id: method([], z.string()),
    note: method([z.unknown()]),
    all: method([], z.array(z.unknown())),
    slow: method([], z.string(), { timeoutMs: 60 }),
    sender: method([], z.string()),
  },
})
const Svc = service(import.meta, Api, (self) => {
  const notes: unknown[] = []
  return {
    id: () => self.id,
    note: (value) => void notes.push(value),
    all: () => notes,
    slow: () => 'done',
    sender: () => self.request.sender.id,
  }
})

const quiet = () => createTestSystem({ seed: 1, log: recordingLog() })
const FOREVER = Number.POSITIVE_INFINITY

async function three() {
  const t = await quiet()
  const remotes = [await t.spawn(Svc), await t.spawn(Svc), await t.spawn(Svc)] as const
  const ids = remotes.map((remote) => remote.$.binding.id)
  return { t, remotes, ids, [Symbol.asyncDispose]: () => t.stop() }
}

const times = (count: number, run: () => Promise<string>) => Promise.all(Array.from({ length: count }, () => run()))

describe('client()', () => {
  it('client() is a Remote that is there before its service is, and no promise', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    expect(isRemote(client)).toBe(true)
    expect(await client).toBe(client)
    expect([`${client}`, inspect(client)]).toEqual(['Client<service "svc">', 'Client<service "svc">'])
    expect([client.id, client.$.tell.note, client.$.with]).toEqual([client.id, client.$.tell.note, client.$.with])
    const svc = await t.spawn(Svc)
    expect(await client.id()).toBe(svc.$.binding.id)
  })

  it('client() takes a contract, a definition, a name, { contract, name } and another client', async () => {
    await using p = await three()
    for (const target of [Api, Svc, 'svc', { contract: Api }, { name: 'svc' }, { contract: Api, name: 'svc' }, p.t.client(Api)]) {
      expect(await p.t.client(target as typeof Api).id()).toBe(p.ids[0])
    }
  })

  it('client() of a binding or a Remote calls that very actor, and no other of its name', async () => {
    await using p = await three()
    const [, second] = p.remotes
    const [bound, held] = [p.t.client(second.$.binding) as typeof second, p.t.client(second as never) as unknown as typeof second]
    expect([await bound.id(), await held.id()]).toEqual([p.ids[1], p.ids[1]])
    await second.$.stop()
    const failure = failureOf(bound.$.with({ timeoutMs: 50 }).id())
    await p.t.clock.advance(50)
    expect(await failure).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('client() may be looked up with: a Remote of one actor', async () => {
    await using p = await three()
    const client = p.t.client(Api)
    const found = (await p.t.lookup(client as never)) as unknown as typeof client
    expect(found.$.binding.id).toBe(p.ids[0])
  })

  it.each<[unknown, string]>([
    [{ select: 'last' }, "client(): select is \"last\"; give 'first', 'random', 'round-robin' or { sticky: key } with a string as key"],
    [{ select: { sticky: 5 } }, 'client(): select is { sticky }; give'],
    [{ select: { sticky: 'k', more: 1 } }, 'client(): select is { sticky, more }; give'],
    [{ timeoutMs: 5 }, 'client(): timeoutMs is no option; the options are select'],
    ['first', 'client(): options is "first"; give an object of select'],
  ])('client() refuses the options %o', async (options, message) => {
    await using t = await quiet()
    expect(() => t.client(Api, options as { select: Select })).toThrow(message)
  })

  it('client() refuses what is no target', async () => {
    await using t = await quiet()
    expect(() => t.client(undefined as unknown as string)).toThrow('client(): target is undefined; give a contract')
    expect(() => t.client(actor(() => ({})) as unknown as string)).toThrow('a light actor has no name')
  })

  it('client() is not one actor: it has no binding and cannot be stopped', async () => {
    await using p = await three()
    const client = p.t.client(Api)
    const advice = /a client of service "svc" is not one actor; use \$\.\w+(\(\))? of a Remote from lookup\(\)/
    expect(() => client.$.binding).toThrow(advice)
    await expect(client.$.stop()).rejects.toThrow(advice)
    expect(Object.keys(client.$)).not.toContain('binding')
    expect([Reflect.get(client.$, 'all'), Reflect.get(client.$, 'size'), Reflect.get(client.$, 'resize')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await client.id()).toBe(p.ids[0])
  })

  it('client() calls a pool by its name', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    const waiting = client.slow()
    await t.pool(Svc, { size: 2 })
    expect([await waiting, await client.slow()]).toEqual(['done', 'done'])
  })
})

describe('select of client()', () => {
  it("client() of 'first', the default, calls the one known longest as long as it is there", async () => {
    await using p = await three()
    const [plain, first] = [p.t.client(Api), p.t.client(Api, { select: 'first' })]
    expect([...(await times(3, plain.id)), ...(await times(3, first.id))]).toEqual(new Array(6).fill(p.ids[0]))
    await p.remotes[0].$.stop()
    expect(await plain.id()).toBe(p.ids[1])
    await p.t.spawn(Svc)
    expect(await first.id()).toBe(p.ids[1])
  })

  it("client() of 'round-robin' calls one after the other; each client counts for itself, with all its verbs", async () => {
    await using p = await three()
    const [a, b, c] = p.ids
    const client = p.t.client(Api, { select: 'round-robin' })
    expect(await times(4, client.id)).toEqual([a, b, c, a])
    expect(await p.t.client(Api, { select: 'round-robin' }).id()).toBe(a)
    expect(await client.$.with({ timeoutMs: 100 }).id()).toBe(b)
    client.$.tell.note('told')
    expect(await client.id()).toBe(a)
    await p.remotes[1].$.stop()
    expect(new Set(await times(4, client.id))).toEqual(new Set([a, c]))
    expect(await p.remotes[2].all()).toEqual(['told'])
  })

  it("client() of 'random' calls each of them now and then, in the order that the seed decides", async () => {
    const picks = async () => {
      await using p = await three()
      return (await times(60, p.t.client(Api, { select: 'random' }).id)).map((id) => p.ids.indexOf(id))
    }
    const [one, again] = [await picks(), await picks()]
    expect(one).toEqual(again)
    expect(new Set(one)).toEqual(new Set([0, 1, 2]))
  })

  it('client() of a key calls the same one from everywhere, until that one goes', async () => {
    await using p = await three()
    const Other = actor((self) => ({ id: (key: string) => self.client(Api, { select: { sticky: key } }).id() }))
    const other = p.t.spawn(Other)
    const homes = new Map<string, string>()
    for (const key of ['', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const client = p.t.client(Api, { select: { sticky: key } })
      const home = await client.id()
      homes.set(key, home)
      expect([await client.id(), await other.id(key)]).toEqual([home, home])
    }
    expect(new Set(homes.values()).size).toBe(3)
    await p.remotes[1].$.stop()
    for (const [key, home] of homes) {
      const id = await other.id(key)
      if (home === p.ids[1]) expect(p.ids).toContain(id)
      else expect(id).toBe(home)
    }
  })
})

describe('a call of a client() whose service is not visible', () => {
  it('a call waits until the service is visible, and so do those after it, in order', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    const early = [client.note(1), client.$.offer.note(2), client.note(3)].map(outcomeOf)
    const found = t.lookup(Api).then(() => client.note(4))
    await t.clock.advance(1000)
    expect(early.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
    await t.spawn(Svc)
    await client.note(5)
    await found
    const all = await client.all()
    expect(all.slice(0, 3)).toEqual([1, 2, 3])
    expect(new Set(all)).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(early.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
    expectNoSilentLoss(t.stats())
  })

  it('a call fails at its deadline with ServiceUnavailable: of the contract, of $.with, of the system', async () => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 800 })
    const client = t.client(Api)
    const calls = [client.slow(), client.$.with({ timeoutMs: 100 }).slow(), client.id(), client.$.offer.note(1)].map(outcomeOf)
    const states = () => calls.map(({ state }) => state === 'rejected')
    await t.clock.advance(60)
    expect(states()).toEqual([true, false, false, false])
    await t.clock.advance(40)
    expect(states()).toEqual([true, true, false, false])
    await t.clock.advance(700)
    expect(states()).toEqual([true, true, true, true])
    for (const { value } of calls) expect(value).toMatchObject({ name: 'ServiceUnavailable', error: 46, delivered: 'no' })
    expect(calls[0]).toMatchObject({
      value: { message: 'svc.slow(): service "svc" did not become visible within 60 ms; spawn it, or check name and audience' },
    })
  })

  it('a call has for its handler what is left of its deadline', async () => {
    await using t = await quiet()
    const call = outcomeOf(t.client('late').$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(70)
    const left: number[] = []
    const Late = service(import.meta, 'late', (self) => ({
      hang() {
        left.push(self.request.remainingMs)
        return new Promise(() => undefined)
      },
    }))
    await t.spawn(Late)
    await t.clock.advance(29)
    expect([left, call.state]).toEqual([[30], 'pending'])
    await t.clock.advance(1)
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' } })
  })

  it('a call is aborted by its signal, before it waits and while it waits; it is not sent afterwards', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    const controller = new AbortController()
    const waiting = failureOf(client.$.with({ signal: controller.signal }).note('aborted'))
    controller.abort('enough')
    const aborted = { name: 'RequestAborted', delivered: 'no', cause: 'enough' }
    expect(await waiting).toMatchObject(aborted)
    expect(await failureOf(client.$.with({ signal: AbortSignal.abort('enough') }).note('aborted'))).toMatchObject(aborted)
    await t.spawn(Svc)
    expect(await client.all()).toEqual([])
  })

  it('a call of a handler waits no longer than its request, and ends with it', async () => {
    await using t = await quiet()
    const failures: unknown[] = []
    const Asker = service(import.meta, 'asker', (self) => ({
      ask: async () => void failures.push(await failureOf(self.client(Api).$.with({ timeoutMs: 60_000 }).note('late'))),
    }))
    const asker = await t.spawn(Asker)
    const short = failureOf(asker.$.with({ timeoutMs: 50 }).ask())
    await t.clock.advance(50)
    await short
    expect(failures).toMatchObject([{ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' }])
    const controller = new AbortController()
    const aborted = failureOf(asker.$.with({ signal: controller.signal, timeoutMs: FOREVER }).ask())
    await t.clock.advance(10_000)
    controller.abort('enough')
    await aborted
    await t.settled()
    expect(failures[1]).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no' })
    const svc = await t.spawn(Svc)
    expect(await svc.all()).toEqual([])
  })

  it('a call that its handler did not wait for goes on without the request, and not as part of another', async () => {
    await using t = await quiet()
    const door = gate()
    const signals: AbortSignal[] = []
    const Asker = service(import.meta, 'asker', (self) => ({
      begin: () =>
        void self
          .client('slow')
          .$.with({ timeoutMs: 60 })
          .run()
          .catch(() => undefined),
      hold: () => door.passed,
    }))
    const Slow = service(import.meta, 'slow', (self) => ({
      run() {
        signals.push(self.request.signal)
        return door.passed
      },
    }))
    const asker = await t.spawn(Asker)
    await asker.begin()
    const controller = new AbortController()
    const held = failureOf(asker.$.with({ signal: controller.signal }).hold())
    await t.settled()
    await t.spawn(Slow)
    await t.settled()
    controller.abort()
    await held
    await t.clock.advance(59)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    await t.clock.advance(1)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    door.open()
    await t.settled()
    expectNoSilentLoss(t.stats())
  })

  it('a call ends with the actor that waits, and with the system', async () => {
    const t = await quiet()
    const failures: unknown[] = []
    const Asker = service(import.meta, 'asker', (self) => {
      self
        .client(Api)
        .$.with({ timeoutMs: FOREVER })
        .note(1)
        .catch((error: unknown) => failures.push(error))
    })
    const asker = await t.spawn(Asker)
    await t.clock.advance(60_000)
    await asker.$.stop()
    expect(failures).toMatchObject([{ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' }])
    const own = failureOf(t.client(Api).$.with({ timeoutMs: FOREVER }).note(1))
    await t.settled()
    await t.stop()
    expect(await own).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect(await failureOf(t.client(Api).note(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('a call sends what its arguments were when it was made, and refuses at once what cannot be sent', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    const list = [1, 2]
    const noted = client.note(list)
    list.push(3)
    const bad = await failureOf(client.note({ run: () => 1 }))
    expect(bad).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    expect((bad as Error).message).toContain('args[0].run')
    await t.spawn(Svc)
    await noted
    expect(await client.all()).toEqual([[1, 2]])
  })

  it('a tell does not wait: it is unavailable, and counted', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    expect([client.$.tell.note(1), client.$.with({ timeoutMs: 10 }).$.tell.note(2)]).toEqual(['unavailable', 'unavailable'])
    expect(t.stats().totals.dropped).toMatchObject({ unavailable: 2 })
    expectNoSilentLoss(t.stats())
    await t.spawn(Svc)
    expect(client.$.tell.note(3)).toBe('accepted')
    expect(await client.all()).toEqual([3])
  })

  it('no more than 10 000 calls of a client wait; as some end others may', async () => {
    await using t = await quiet()
    const client = t.client(Api)
    const waiting = Array.from({ length: 10_000 }, () => outcomeOf(client.$.with({ timeoutMs: 100 }).note(1)))
    const refused = await failureOf(client.note(2))
    expect(refused).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect((refused as Error).message).toContain('10000 calls of this client wait for it already')
    await t.clock.advance(100)
    expect(waiting.every(({ state }) => state === 'rejected')).toBe(true)
    const later = client.note(3)
    await t.spawn(Svc)
    await later
    expect(await client.all()).toEqual([3])
  })
})

describe('whose client() it is', () => {
  it('client() of an actor calls as that actor, and is dead with its incarnation', async () => {
    await using t = await quiet()
    const svc = await t.spawn(Svc)
    const kept: Remote<typeof Api>[] = []
    const Asker = service(import.meta, 'asker', (self) => {
      const client = self.client(Api)
      kept.push(client)
      return {
        asSelf: async () => (await client.sender()) === self.id,
        crash: () => void self.after(0, () => Promise.reject(new Error('boom'))),
      }
    })
    const asker = await t.spawn(Asker)
    expect(await asker.asSelf()).toBe(true)
    await asker.crash()
    await t.clock.advance(10)
    expect([kept.length, await asker.asSelf()]).toEqual([2, true])
    expect(await failureOf(kept[0]?.note(1) as Promise<void>)).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    expect(() => kept[0]?.$.tell.note(1)).toThrow('is dead')
    expect(await svc.all()).toEqual([])
  })

  it.each([[true], [false]])('client() cannot be sent, which names the path to it (strict: %s)', async (strict) => {
    await using t = await createTestSystem({ seed: 1, strict, log: recordingLog() })
    const svc = await t.spawn(Svc)
    const client = t.client(Api)
    const reason = 'is a client of a name, which cannot be sent; send the name, or a Remote from lookup()'
    expect(await failureOf(svc.note({ to: [client] }))).toMatchObject({
      code: 'ERR_REQUEST_ENCODING',
      message: `args[0].to[0] ${reason}`,
    })
    expect(() => svc.$.tell.note(client)).toThrow(`args[0] ${reason}`)
    const light = t.spawn(
      actor((_self, _init: unknown) => ({ note: (value: unknown) => value })),
      { init: undefined },
    )
    expect(await failureOf(light.note(client))).toMatchObject({ message: `args[0] ${reason}` })
    expect(() =>
      t.spawn(
        actor((_self, _init: unknown) => ({})),
        { init: client },
      ),
    ).toThrow(`init ${reason}`)
    const Giver = service(import.meta, 'giver', (self) => ({ give: () => self.client(Api) }))
    expect(await failureOf((await t.spawn(Giver)).give())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
  })
})
