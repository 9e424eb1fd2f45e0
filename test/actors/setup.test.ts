import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Core } from '../../src/actors/kernel/core.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNothingLeft, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

const quiet = () => createTestSystem({ seed: 1, log: recordingLog() })
const forever = () => new Promise<never>(() => undefined)

describe('setup', () => {
  it('setup that is async delays the spawn; a light actor’s messages wait for it', async () => {
    await using t = await quiet()
    const door = gate()
    const setup = async () => {
      await door.passed
      return { hello: () => 'hello' }
    }
    const spawned = outcomeOf(t.spawn(service(import.meta, 'slow', setup)))
    const light = t.spawn(actor(setup))
    const hello = outcomeOf(light.hello())
    await t.settled()
    expect([spawned.state, hello.state]).toEqual(['pending', 'pending'])
    door.open()
    await t.settled()
    expect([spawned.state, hello]).toEqual(['resolved', { state: 'resolved', value: 'hello' }])
  })

  it.each([
    ['throws', () => { throw new RangeError('no setup') }], // biome-ignore format: one row
    ['rejects', () => Promise.reject(new RangeError('no setup'))],
  ])('setup that %s the first time rejects the spawn with its error, and nothing is left', async (_, setup) => {
    await using t = await quiet()
    const Failing = service(import.meta, 'failing', { supervision: { onFailure: 'restart' } }, (self) => {
      self.spawn(actor(() => ({})))
      self.after(10, () => undefined)
      return setup() as unknown as Record<never, never>
    })
    const failure = await failureOf(t.spawn(Failing))
    expect(failure).toBeInstanceOf(RangeError)
    expect(failure).toMatchObject({ message: 'no setup' })
    await t.clock.advance(1000)
    expect([t.tryLookup(Failing), t.stats().totals.actors]).toEqual([undefined, 0])
  })

  it('setup that outlasts startMs rejects the spawn, and what it returns later is nothing', async () => {
    await using t = await quiet()
    const door = gate()
    const Hanging = service(import.meta, 'hanging', { supervision: { startMs: 300 } }, async () => {
      await door.passed
      return { hello: () => 'hello' }
    })
    const spawned = outcomeOf(t.spawn(Hanging))
    await t.clock.advance(299)
    expect(spawned.state).toBe('pending')
    await t.clock.advance(1)
    expect(spawned.state).toBe('rejected')
    expect((spawned.value as Error).message).toBe('setup of service "hanging" did not finish within 300 ms (startMs)')
    expect((t as unknown as { readonly core: Core }).core.active).toBe(0)
    door.open()
    await t.settled()
    expect([t.tryLookup(Hanging), t.stats().totals.actors]).toEqual([undefined, 0])
  })

  it('setup has 10 000 ms where nothing is said', async () => {
    await using t = await quiet()
    const spawned = outcomeOf(t.spawn(service(import.meta, 'hanging', forever)))
    await t.clock.advance(9999)
    expect(spawned.state).toBe('pending')
    await t.clock.advance(1)
    expect(spawned.state).toBe('rejected')
  })

  it('setup that hangs at a restart is a failure like any other', async () => {
    await using t = await quiet()
    let life = 0
    const Hanging = service(import.meta, 'hanging', async (self) => {
      if (++life === 2) await forever()
      const mine = life
      if (mine === 1) self.after(10, () => Promise.reject(new Error('x')))
      return { life: () => mine }
    })
    const hanging = await t.spawn(Hanging, { supervision: { startMs: 300, backoff: { minMs: 50, jitter: 0 } } })
    await t.clock.advance(10)
    const call = outcomeOf(hanging.life())
    await t.clock.advance(349)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call).toEqual({ state: 'resolved', value: 3 })
  })

  it('setup is given up by the timeout and the signal of its spawn, which leave nothing behind', async () => {
    await using t = await quiet()
    const Hanging = service(import.meta, 'hanging', forever)
    const late = outcomeOf(t.spawn(Hanging, { timeoutMs: 100 }))
    const controller = new AbortController()
    const aborted = outcomeOf(t.spawn(Hanging, { signal: controller.signal }))
    const never = outcomeOf(t.spawn(Hanging, { signal: AbortSignal.abort('before') }))
    await t.clock.advance(100)
    expect(late).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT' } })
    expect(never).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_ABORTED', cause: 'before' } })
    controller.abort('enough')
    await t.settled()
    expect(aborted).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_ABORTED', cause: 'enough' } })
    expect(t.stats().totals.actors).toBe(0)
    await expectNothingLeft(t)
  })

  it('a spawn that is stopped while it starts rejects with ServiceWithdrawn', async () => {
    await using t = await quiet()
    const Parent = service(import.meta, 'parent', (self) => ({
      bear: async () => void (await self.spawn(service(import.meta, 'hanging', forever))),
    }))
    const parent = await t.spawn(Parent)
    const bear = outcomeOf(parent.bear())
    await t.settled()
    await parent.$.stop()
    expect(bear).toMatchObject({ value: { code: 'ERR_SERVICE_WITHDRAWN' } })
    expect(t.stats().totals.actors).toBe(0)
  })

  it('init is copied once for the spawner and again for each life', async () => {
    await using t = await quiet()
    const given = { list: [1] }
    const seen: number[][] = []
    const Keeping = actor((self, init: { list: number[] }) => {
      seen.push([...init.list])
      init.list.push(99)
      if (seen.length < 3) self.after(1, () => Promise.reject(new Error('again')))
    })
    t.spawn(Keeping, { init: given, supervision: { backoff: { minMs: 0 } } })
    given.list.push(2)
    await t.clock.advance(10)
    expect([seen, given.list]).toEqual([
      [[1], [1], [1]],
      [1, 2],
    ])
  })

  it.each([
    ['a light actor', actor((_self, _init: unknown) => undefined)],
    ['a service', service(import.meta, 'svc', (_self, _init: unknown) => undefined)],
  ])('init that cannot be sent is refused with its path (%s)', async (_, definition) => {
    await using t = await quiet()
    const spawn = async () => await t.spawn(definition as never, { init: { cb: () => 1 } } as never)
    expect(await failureOf(spawn())).toMatchObject({ error: 42, message: expect.stringContaining('init.cb') })
    expect(t.stats().totals.actors).toBe(0)
  })

  it('a Remote in init is the actor’s own', async () => {
    await using t = await quiet()
    const asked = t.spawn(actor((self) => ({ who: () => self.request.sender.id })))
    const Own = actor((self, init: { asked: typeof asked }) => ({ same: async () => (await init.asked.who()) === self.id }))
    expect(await t.spawn(Own, { init: { asked } }).same()).toBe(true)
  })

  it('self.request is there only while a method runs', async () => {
    await using t = await quiet()
    const messages: string[] = []
    const note = (read: () => unknown) => {
      try {
        read()
      } catch (error) {
        messages.push((error as Error).message)
      }
    }
    const Outside = service(import.meta, 'outside', (self) => {
      note(() => self.request)
      self.after(1, () => note(() => self.request))
      return { id: () => self.request.id }
    })
    const outside = await t.spawn(Outside)
    await t.clock.advance(1)
    expect(messages).toEqual(
      new Array(2).fill('self.request is there only while a method runs; keep what you need of it before the method ends'),
    )
    expect(await outside.id()).not.toBe(await outside.id())
  })
})
