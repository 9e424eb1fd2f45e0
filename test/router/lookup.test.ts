import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, gate, outcomeOf } from '../actors/evidence.js'

const Api = contract('svc', { methods: { id: method([], z.string()) } })
const Svc = service(import.meta, Api, (self) => ({ id: () => self.id }))

describe('lookup()', () => {
  it('lookup() takes a contract, a definition, a name, a binding, a Remote and { contract, name }', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const svc = await t.spawn(Svc)
    const { id } = svc.$.binding
    for (const target of [Api, Svc, 'svc', svc.$.binding, svc, { contract: Api }, { name: 'svc' }, { contract: Api, name: 'svc' }]) {
      expect(((await t.lookup(target as typeof Api)) as typeof svc).$.binding.id).toBe(id)
      expect(await (t.tryLookup(target as typeof Api) as typeof svc).id()).toBe(id)
      expect(await t.call(target as typeof Api, 'id', [])).toBe(id)
    }
  })

  it.each<[unknown, string]>([
    [undefined, 'target is undefined; give a contract'],
    [5, 'target is 5; give a contract'],
    ['', 'a nameless service is found by its binding'],
    [{}, 'target is {}; give a contract'],
    [{ nam: 'x' }, 'unknown key "nam" in the target'],
    [actor(() => ({})), 'a light actor has no name'],
  ])('lookup(), tryLookup() and call() refuse %o', async (target, message) => {
    await using t = await createTestSystem({ seed: 1 })
    await expect(t.lookup(target as string)).rejects.toThrow(message)
    expect(() => t.tryLookup(target as string)).toThrow(message)
    await expect(t.call(target as string, 'x', [])).rejects.toThrow(message)
  })

  it('lookup() finds of several services of one name the one known longest', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const [first, second] = [await t.spawn(Svc), await t.spawn(Svc)]
    expect(t.tryLookup(Api)?.$.binding.id).toBe(first.$.binding.id)
    await first.$.stop()
    expect(t.tryLookup(Api)?.$.binding.id).toBe(second.$.binding.id)
    await second.$.stop()
    expect(t.tryLookup(Api)).toBeUndefined()
  })

  it('lookup(), tryLookup() and call() pick among several of one name as { select } says', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const ids = [await t.spawn(Svc), await t.spawn(Svc), await t.spawn(Svc)].map((remote) => remote.$.binding.id)
    const target = { contract: Api, select: 'round-robin' } as const
    const taken = [await t.lookup(target), t.tryLookup(target), await t.lookup(target)].map((remote) => remote?.$.binding.id)
    expect(new Set(taken)).toEqual(new Set(ids))
    const answers = [await t.call(target, 'id', []), await t.call(target, 'id', []), await t.call(target, 'id', [])]
    expect(new Set(answers)).toEqual(new Set(ids))
    const sticky = { contract: Api, select: { sticky: 'key' } } as const
    expect((await t.lookup(sticky)).$.binding.id).toBe(t.tryLookup(sticky)?.$.binding.id)
    expect(() => t.tryLookup({ contract: Api, select: 'last' as 'first' })).toThrow('select is "last"; give \'first\'')
  })

  it('lookup() waits until the service is visible, which it is when its setup has ended', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const Slow = service(import.meta, 'slow', async () => {
      await door.passed
      return { hello: () => 'hello' }
    })
    const found = outcomeOf(t.lookup('slow'))
    const spawned = t.spawn(Slow)
    const called = outcomeOf(t.call('slow', 'hello', []))
    await t.clock.advance(1000)
    expect([found.state, t.tryLookup('slow')]).toEqual(['pending', undefined])
    door.open()
    const slow = await spawned
    expect(t.tryLookup(Slow)?.$.binding).toEqual(slow.$.binding)
    await t.settled()
    expect(found.state).toBe('resolved')
    expect(called).toEqual({ state: 'resolved', value: 'hello' })
  })

  it('lookup() rejects with ServiceUnavailable at its deadline', async () => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 800 })
    const short = outcomeOf(t.lookup('nobody', { timeoutMs: 100 }))
    const long = outcomeOf(t.lookup('nobody'))
    const call = outcomeOf(t.call('nobody', 'x', []))
    await t.clock.advance(100)
    expect([short.state, long.state, call.state]).toEqual(['rejected', 'pending', 'pending'])
    expect(short.value).toMatchObject({ name: 'ServiceUnavailable', error: 46, delivered: 'no' })
    expect((short.value as Error).message).toContain('service "nobody" did not become visible within 100 ms')
    await t.clock.advance(700)
    expect([long.state, call.state]).toEqual(['rejected', 'rejected'])
    expect(call.value).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('lookup() is aborted by its signal, before and while it waits', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const aborted = { name: 'RequestAborted', delivered: 'no', cause: 'enough' }
    expect(await failureOf(t.lookup('nobody', { signal: AbortSignal.abort('enough') }))).toMatchObject(aborted)
    const controller = new AbortController()
    const waiting = failureOf(t.lookup('nobody', { signal: controller.signal }))
    controller.abort('enough')
    expect(await waiting).toMatchObject(aborted)
  })

  it('lookup() that waits ends when the system stops, even without a deadline', async () => {
    const t = await createTestSystem({ seed: 1 })
    const waiting = outcomeOf(t.lookup('nobody', { timeoutMs: Number.POSITIVE_INFINITY }))
    const call = outcomeOf(t.call('nobody', 'x', []))
    await t.settled()
    await t.stop()
    await Promise.resolve()
    expect(waiting).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_UNAVAILABLE' } })
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_UNAVAILABLE' } })
    expect(await failureOf(t.lookup('nobody'))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(await failureOf(t.call('nobody', 'x', []))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  })

  it('lookup() in a handler waits no longer than its request', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Seeker = service(import.meta, 'seeker', (self) => ({ seek: async () => void (await self.lookup('nobody')) }))
    const seeker = await t.spawn(Seeker)
    const failures: unknown[] = []
    const Inner = service(import.meta, 'inner', (self) => ({
      seek: async () => void failures.push(await failureOf(self.lookup('nobody', { timeoutMs: 100_000 }))),
    }))
    const inner = await t.spawn(Inner)
    const calls = [failureOf(seeker.$.with({ timeoutMs: 50 }).seek()), failureOf(inner.$.with({ timeoutMs: 50 }).seek())]
    await t.clock.advance(50)
    for (const failure of await Promise.all(calls)) expect(failure).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(failures).toMatchObject([{ code: 'ERR_SERVICE_UNAVAILABLE' }])
  })

  it('lookup() of a binding finds that very actor, light ones too, and waits for no other of its name', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const [first, second] = [await t.spawn(Svc), await t.spawn(Svc)]
    expect(t.tryLookup(second.$.binding)?.$.binding.id).toBe(second.$.binding.id)
    const light = t.spawn(actor(() => ({ hello: () => 'hello' })))
    const found = t.tryLookup(light.$.binding as never) as unknown as typeof light
    expect(await found.hello()).toBe('hello')
    await light.$.stop()
    expect(t.tryLookup(light.$.binding as never)).toBeUndefined()
    await first.$.stop()
    expect(t.tryLookup(first.$.binding)).toBeUndefined()
  })

  it('actors of actor() are not registered, services without a name are not found by name', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Named = actor(import.meta, 'named', () => ({ hello: () => 'hello' }))
    const Client = service(import.meta, '', () => ({ hello: () => 'hello' }))
    const [named, client] = [await t.spawn(Named), await t.spawn(Client)]
    expect([await named.hello(), await client.hello()]).toEqual(['hello', 'hello'])
    expect(t.tryLookup('named')).toBeUndefined()
    expect(t.tryLookup(client.$.binding)?.$.binding.id).toBe(client.$.binding.id)
  })

  it('spawn() under another name and audience is found by that name', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const svc = await t.spawn(Svc, { name: 'other', audience: '' })
    expect([t.tryLookup('svc'), t.tryLookup({ contract: Api, name: 'other' })?.$.binding]).toEqual([undefined, svc.$.binding])
    expect(svc.$.binding.audience).toBe('')
  })

  it('lookup() by an actor gives it a Remote of its own', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Asked = service(import.meta, 'asked', (self) => ({ ask: () => self.request.sender.id }))
    await t.spawn(Asked)
    const Asking = service(import.meta, 'asking', (self) => ({
      go: async () => [
        await (await self.lookup(Asked)).ask(),
        await self.tryLookup(Asked)?.ask(),
        await self.call('asked', 'ask', []),
        self.id,
      ],
    }))
    const answers = await (await t.spawn(Asking)).go()
    expect(new Set(answers).size).toBe(1)
  })
})
