import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Core } from '../../src/actors/kernel/core.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

const quiet = () => createTestSystem({ seed: 1, log: recordingLog() })
const forever = () => new Promise<never>(() => undefined)

describe('$.stop()', () => {
  it('$.stop() stops at once: the running call ends as maybe, the queued as no', async () => {
    await using t = await quiet()
    const signals: AbortSignal[] = []
    const Busy = service(import.meta, 'busy', (self) => ({
      work: () => {
        signals.push(self.request.signal)
        return forever()
      },
    }))
    const busy = await t.spawn(Busy)
    const [running, queued] = [outcomeOf(busy.work()), outcomeOf(busy.work())]
    expect(busy.$.tell.work()).toBe('accepted')
    await t.settled()
    await busy.$.stop()
    expect(running).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' } })
    expect(queued).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' } })
    expect(signals).toHaveLength(1)
    expect(signals[0]?.aborted).toBe(true)
    expect(t.tryLookup(Busy)).toBeUndefined()
    expect(t.stats().totals).toMatchObject({ actors: 0, mailboxDepth: 0, dropped: { stopped: 2 } })
    expectNoSilentLoss(t.stats())
  })

  it('$.stop() twice, at once and later, is one stop', async () => {
    await using t = await quiet()
    let stops = 0
    const Once = service(import.meta, 'once', (self) => void self.onStop(() => stops++))
    const once = await t.spawn(Once)
    await Promise.all([once.$.stop(), once.$.stop({ drainMs: 10 })])
    await once.$.stop()
    expect([stops, t.stats().totals.actors]).toEqual([1, 0])
  })

  it('$.stop() asked for by what it aborts is still one stop', async () => {
    await using t = await quiet()
    const stops: string[] = []
    const Echo = service(import.meta, 'echo', (self) => {
      self.signal.addEventListener('abort', () => self.stop())
      self.onStop((reason) => stops.push(reason))
    })
    const echo = await t.spawn(Echo)
    await echo.$.stop()
    const light = t.spawn(actor((self) => void self.signal.addEventListener('abort', () => self.stop())))
    await t.settled()
    await light.$.stop()
    expect([stops, t.stats().totals.actors]).toEqual([['stopped'], 0])
  })

  it('$.stop({ drainMs }) runs what is queued, takes nothing new, and ends when all has run', async () => {
    await using t = await quiet()
    const door = gate()
    const ran: string[] = []
    const reasons: string[] = []
    const Drained = service(import.meta, 'drained', (self) => {
      self.onStop((reason) => reasons.push(reason))
      return { block: () => door.passed, run: (what: string) => ran.push(what) }
    })
    const remote = await t.spawn(Drained)
    const [block, queued] = [remote.block(), remote.run('queued')]
    await t.settled()
    const stopping = outcomeOf(remote.$.stop({ drainMs: 1000 }))
    expect(t.tryLookup(Drained)).toBeUndefined()
    expect(await failureOf(remote.run('new'))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect(remote.$.tell.run('new')).toBe('unavailable')
    await t.clock.advance(500)
    expect(stopping.state).toBe('pending')
    door.open()
    await Promise.all([block, queued])
    await t.settled()
    expect([stopping.state, ran, reasons]).toEqual(['resolved', ['queued'], ['drained']])
    expectNoSilentLoss(t.stats())
  })

  it('$.stop({ drainMs }) lets timers answer what was put off, and streams go on to their end', async () => {
    await using t = await quiet()
    const Owing = service(import.meta, 'owing', (self) => ({
      later() {
        const answer = self.request.defer<string>()
        self.after(50, () => answer.resolve('answered'))
        return answer
      },
      async *items() {
        for (let i = 0; i < 300; i++) yield i
      },
    }))
    const owing = await t.spawn(Owing)
    const items = owing.items()[Symbol.asyncIterator]()
    const answer = outcomeOf(owing.later())
    expect(await items.next()).toEqual({ done: false, value: 0 })
    const stopping = outcomeOf(owing.$.stop({ drainMs: 1000 }))
    await t.clock.advance(50)
    expect(answer).toEqual({ state: 'resolved', value: 'answered' })
    expect(stopping.state).toBe('pending')
    let read = 1
    while ((await items.next()).done !== true) read++
    expect(read).toBe(300)
    await t.settled()
    expect(stopping.state).toBe('resolved')
    expectNoSilentLoss(t.stats())
  })

  it('self.stop() waits for no stream; one whose reader leaves meanwhile is closed at once', async () => {
    await using t = await quiet()
    const door = gate()
    let closed = 0
    const Leaving = service(import.meta, 'leaving', (self) => ({
      async *items() {
        try {
          for (let i = 0; ; i++) yield i
        } finally {
          closed++
        }
      },
      async leave() {
        self.stop()
        await door.passed
      },
    }))
    const leaving = await t.spawn(Leaving)
    const [left, kept] = [leaving.items()[Symbol.asyncIterator](), leaving.items()[Symbol.asyncIterator]()]
    await Promise.all([left.next(), kept.next()])
    const asked = leaving.leave()
    await t.settled()
    await left.return?.()
    await t.settled()
    expect(closed).toBe(1)
    door.open()
    await asked
    await t.settled()
    expect(closed).toBe(2)
    await expect(drained(kept)).rejects.toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expectNoSilentLoss(t.stats())
  })

  it('$.stop({ drainMs }) gives up when its time is over', async () => {
    await using t = await quiet()
    const Busy = service(import.meta, 'busy', () => ({ work: forever, next: () => 1 }))
    const busy = await t.spawn(Busy)
    const calls = [outcomeOf(busy.work()), outcomeOf(busy.next())]
    const stopping = outcomeOf(busy.$.stop({ drainMs: 100 }))
    await t.clock.advance(99)
    expect(stopping.state).toBe('pending')
    await t.clock.advance(1)
    expect(stopping.state).toBe('resolved')
    expect(calls.map(({ value }) => (value as { delivered: string }).delivered)).toEqual(['maybe', 'no'])
  })

  it('$.stop({ drainMs }) of an idle actor waits for nothing', async () => {
    await using t = await quiet()
    const idle = await t.spawn(service(import.meta, 'idle', () => ({})))
    await idle.$.stop({ drainMs: 1e6 })
    expect(t.clock.now()).toBe(0)
  })

  it('$.stop({ signal }) ends the wait, not the stop', async () => {
    await using t = await quiet()
    const door = gate()
    const slow = await t.spawn(service(import.meta, 'slow', (self) => void self.onStop(() => door.passed)))
    const controller = new AbortController()
    const waiting = failureOf(slow.$.stop({ signal: controller.signal }))
    await t.settled()
    controller.abort('enough')
    expect(await waiting).toBe('enough')
    door.open()
    await slow.$.stop()
    expect(t.stats().totals.actors).toBe(0)
    expect(await failureOf(slow.$.stop({ drainMs: -1 }))).toMatchObject({
      message: '$.stop(): drainMs is -1; give milliseconds, 0 or more',
    })
  })

  it('a failure while it drains stops the actor, and only it', async () => {
    await using t = await quiet()
    const door = gate()
    const ran: string[] = []
    const Child = actor((self) => {
      self.after(10, () => {
        ran.push('timer')
        throw new Error('while draining')
      })
      return { block: () => door.passed, run: () => ran.push('run') }
    })
    let lives = 0
    const Parent = service(import.meta, 'parent', (self) => {
      lives++
      const child = self.spawn(Child)
      return {
        go: () => {
          child.$.tell.block()
        },
        stop: () => {
          child.$.tell.run()
          void child.$.stop({ drainMs: 1e6 })
        },
      }
    })
    const parent = await t.spawn(Parent)
    await parent.go()
    await t.clock.advance(10)
    await parent.stop()
    door.open()
    await t.settled()
    expect([ran, lives, t.stats().totals.actors]).toEqual([['timer'], 1, 1])
    expectNoSilentLoss(t.stats())
  })
})

describe('self.stop()', () => {
  it('self.stop() in a method lets it answer, drops what waits, and tells onStop what it said', async () => {
    await using t = await quiet()
    const reasons: string[] = []
    const Leaving = service(import.meta, 'leaving', (self) => {
      self.onStop((reason) => reasons.push(reason))
      return {
        async leave(reason?: string) {
          self.stop(reason)
          self.stop('again')
          await Promise.resolve()
          return 'bye'
        },
        other: () => 'never',
      }
    })
    const leaving = await t.spawn(Leaving)
    const [leave, other] = [leaving.leave('work is done'), failureOf(leaving.other())]
    expect(await leave).toBe('bye')
    expect(await other).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    await t.settled()
    expect([reasons, t.stats().totals.actors]).toEqual([['work is done'], 0])
    const silent = await t.spawn(Leaving)
    await silent.leave()
    await t.settled()
    expect(reasons).toEqual(['work is done', 'stopped'])
    expectNoSilentLoss(t.stats())
  })

  it('self.stop() in a timer and between turns ends the actor', async () => {
    await using t = await quiet()
    let later: (() => void) | undefined
    t.spawn(actor((self) => void self.after(10, () => self.stop())))
    t.spawn(
      actor((self) => {
        later = () => self.stop()
      }),
    )
    await t.clock.advance(10)
    expect(t.stats().totals.actors).toBe(1)
    later?.()
    await t.settled()
    expect(t.stats().totals.actors).toBe(0)
    expect(later).toThrow('is dead')
  })

  it('self.stop() in a method that never ends is given up after a while', async () => {
    await using t = await quiet()
    const Stuck = service(import.meta, 'stuck', (self) => ({
      leave: () => {
        self.stop()
        return forever()
      },
    }))
    const stuck = await t.spawn(Stuck)
    const leave = outcomeOf(stuck.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).leave())
    await t.clock.advance(29_999)
    expect(leave.state).toBe('pending')
    await t.clock.advance(1)
    expect(leave).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' } })
    expect(t.stats().totals.actors).toBe(0)
  })

  it('self.stop() in setup rejects the spawn', async () => {
    await using t = await quiet()
    const Shy = service(import.meta, 'shy', (self) => {
      self.stop()
      return { x: () => 1 }
    })
    expect(await failureOf(t.spawn(Shy))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    expect([t.tryLookup(Shy), t.stats().totals.actors]).toEqual([undefined, 0])
  })

  it('an actor that stops itself by its own Remote inside a method fails that call and is gone', async () => {
    await using t = await quiet()
    const Own = service(import.meta, 'own', (self) => ({ leave: async () => await self.remote.$.stop() }))
    const own = await t.spawn(Own)
    expect(await failureOf(own.leave())).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    await t.settled()
    expect(t.stats().totals.actors).toBe(0)
  })
})

describe('self.onStop()', () => {
  it('onStop functions of a restart are waited for by a stop that comes meanwhile', async () => {
    await using t = await quiet()
    const door = gate()
    const Cleans = service(import.meta, 'cleans', (self) => {
      self.onStop(() => door.passed)
      return {
        crash: () =>
          void self.after(0, () => {
            throw new Error('as it was told')
          }),
      }
    })
    const cleans = await t.spawn(Cleans)
    await cleans.crash()
    await t.clock.advance(1)
    const stopping = outcomeOf(cleans.$.stop())
    await t.settled()
    expect(stopping.state).toBe('pending')
    door.open()
    await t.settled()
    expect(stopping.state).toBe('resolved')
  })

  it('onStop functions run last first, each awaited, with the reason', async () => {
    await using t = await quiet()
    const order: string[] = []
    const Clean = service(import.meta, 'clean', (self) => {
      self.onStop((reason) => order.push(`first ${reason}`))
      self.onStop(async (reason) => {
        order.push(`second begins ${reason}`)
        for (let i = 0; i < 5; i++) await Promise.resolve()
        order.push('second ends')
      })
    })
    const clean = await t.spawn(Clean)
    await clean.$.stop()
    expect(order).toEqual(['second begins stopped', 'second ends', 'first stopped'])
  })

  it('onStop functions that throw or hang hold nobody up', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    const order: string[] = []
    const Messy = service(import.meta, 'messy', (self) => {
      self.onStop(() => order.push('first'))
      self.onStop(forever)
      self.onStop(() => {
        throw new Error('sync')
      })
      self.onStop(() => Promise.reject(new Error('async')))
    })
    const messy = await t.spawn(Messy)
    const stopping = outcomeOf(messy.$.stop())
    await t.clock.advance(4999)
    expect([stopping.state, order]).toEqual(['pending', []])
    await t.clock.advance(1)
    expect([stopping.state, order]).toEqual(['resolved', ['first']])
    expect(log.records.map(({ message }) => message)).toEqual([
      'an onStop function of service "messy" failed',
      'an onStop function of service "messy" failed',
      'an onStop function of service "messy" took longer than 5000 ms; it was left behind',
    ])
  })

  it('onStop functions may still call others; what they begin ends with the actor', async () => {
    await using t = await quiet()
    const told: string[] = []
    const sink = t.spawn(actor(() => ({ take: (what: string) => void told.push(what) })))
    const fired: string[] = []
    const spawned: unknown[] = []
    const Polite = service(import.meta, 'polite', (self, init: { sink: typeof sink }) => {
      self.onStop(async () => {
        await init.sink.take('bye')
        self.after(1, () => fired.push('timer'))
        try {
          self.spawn(actor(() => ({})))
        } catch (error) {
          spawned.push((error as { code: string }).code)
        }
      })
    })
    const polite = await t.spawn(Polite, { init: { sink } })
    await polite.$.stop()
    await t.clock.advance(100)
    expect([told, fired, spawned, t.stats().totals.actors]).toEqual([['bye'], [], ['ERR_SERVICE_WITHDRAWN'], 1])
    expect((t as unknown as { readonly core: Core }).core.active).toBe(0)
  })
})

describe('children', () => {
  it('children stop with their parent, the youngest first told, grandchildren before their parents', async () => {
    await using t = await quiet()
    const order: string[] = []
    const Node = actor((self, init: { name: string; children: string[] }) => {
      self.onStop((reason) => order.push(`${init.name} ${reason}`))
      for (const name of init.children) self.spawn(Node, { init: { name, children: [] } })
    })
    const Parent = service(import.meta, 'parent', (self) => {
      self.onStop(() => order.push('parent'))
      for (const name of ['a', 'b', 'c']) self.spawn(Node, { init: { name, children: name === 'b' ? ['b1', 'b2'] : [] } })
    })
    const parent = await t.spawn(Parent)
    await t.settled()
    expect(t.stats().totals.actors).toBe(6)
    await parent.$.stop()
    expect(order.filter((one) => !one.startsWith('b'))).toEqual(['c stopped', 'a stopped', 'parent'])
    expect(order.filter((one) => one.startsWith('b'))).toEqual(['b2 stopped', 'b1 stopped', 'b stopped'])
    expect(t.stats().totals.actors).toBe(0)
  })

  it('a child that stops is forgotten; its parent goes on', async () => {
    await using t = await quiet()
    const Parent = service(import.meta, 'parent', (self) => ({
      churn: async () => {
        for (let i = 0; i < 100; i++) await self.spawn(actor(() => ({}))).$.stop()
        return 'done'
      },
    }))
    const parent = await t.spawn(Parent)
    expect(await parent.churn()).toBe('done')
    expect(t.stats().totals.actors).toBe(1)
  })

  it('a stop waits for the onStop functions of its children', async () => {
    await using t = await quiet()
    const door = gate()
    const Parent = service(import.meta, 'parent', (self) => void self.spawn(actor((child) => void child.onStop(() => door.passed))))
    const parent = await t.spawn(Parent)
    await t.settled()
    const stopping = outcomeOf(parent.$.stop())
    await t.settled()
    expect(stopping.state).toBe('pending')
    door.open()
    await t.settled()
    expect(stopping.state).toBe('resolved')
  })
})

describe('a second stop', () => {
  it('a stop with less patience cuts a drain short', async () => {
    await using t = await quiet()
    const Leaving = service(import.meta, 'leaving', (self) => ({
      leave: () => {
        self.stop()
        return forever()
      },
    }))
    const never = { timeoutMs: Number.POSITIVE_INFINITY }
    const [one, two] = [await t.spawn(Leaving), await t.spawn(Leaving)]
    const calls = [one, two].map((remote) => outcomeOf(remote.$.with(never).leave()))
    await t.settled()
    await one.$.stop()
    expect(calls.map(({ state }) => state)).toEqual(['rejected', 'pending'])
    const stopping = outcomeOf(two.$.stop({ drainMs: 100 }))
    await t.clock.advance(99)
    expect(stopping.state).toBe('pending')
    await t.clock.advance(1)
    expect([stopping.state, calls[1]?.state]).toEqual(['resolved', 'rejected'])
  })

  it('a system that stops leaves no call behind, whatever its actors were stopping for', async () => {
    const t = await quiet()
    const Leaving = service(import.meta, 'leaving', (self) => ({
      leave: () => {
        self.stop()
        return forever()
      },
    }))
    const call = failureOf((await t.spawn(Leaving)).$.with({ timeoutMs: Number.POSITIVE_INFINITY }).leave())
    await t.settled()
    await t.stop()
    expect(await call).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    expect(t.stats().totals.actors).toBe(0)
  })
})

async function drained(items: AsyncIterator<unknown>): Promise<void> {
  while ((await items.next()).done !== true);
}
