import { describe, expect, it } from 'vitest'
import type { FailurePlace, Supervision } from '../../src/actors/actor-options.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

/** Each life has its own count; `fail` makes a timer throw, which is what restarts by default. */
const Fragile = service(import.meta, 'fragile', (self, init: { log: string[]; seen: { n: number } } | undefined) => {
  let calls = 0
  if (init !== undefined) init.seen.n++
  return {
    call: () => ++calls,
    init: () => init?.seen.n,
    id: () => self.id,
    fail: () =>
      void self.after(0, () => {
        throw new Error('in a timer')
      }),
  }
})

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })

async function crash(t: { clock: { advance(ms: number): Promise<void> } }, remote: Remote<typeof Fragile>): Promise<void> {
  await remote.fail()
  await t.clock.advance(1)
}

describe('restart', () => {
  it('a timer that throws restarts the actor with a fresh closure and a fresh copy of init', async () => {
    await using t = await quiet()
    const seen = { n: 0 }
    const remote = await t.spawn(Fragile, { init: { log: [], seen } })
    const { binding } = remote.$
    seen.n = 50
    expect([await remote.call(), await remote.call(), await remote.init()]).toEqual([1, 2, 1])
    await crash(t, remote)
    expect([await remote.call(), await remote.init(), await remote.id()]).toEqual([1, 1, binding.id])
    expect(t.tryLookup(Fragile)?.$.binding).toEqual(binding)
    expect(t.stats().totals.actors).toBe(1)
  })

  it.each([{ strict: true }, { strict: false }])(
    'a call that waits while the actor fails is answered by the next life (%o)',
    async (options) => {
      await using t = await createTestSystem({ seed: 1, log: recordingLog(), ...options })
      const echo = t.spawn(actor((self) => ({ who: () => self.request.sender.id })))
      let life = 0
      const door = gate()
      const Worker = service(import.meta, 'worker', (self) => {
        const mine = ++life
        if (mine === 1) {
          self.after(10, async () => {
            await door.passed
            throw new Error('in a timer')
          })
        }
        return { use: async (remote: typeof echo) => [mine, await remote.who()] }
      })
      const worker = await t.spawn(Worker, { mailbox: { capacity: 1, overflow: 'wait' } })
      await t.clock.advance(10)
      const [queued, outside] = [worker.use(echo), worker.use(echo)]
      await t.settled()
      door.open()
      const answer = [2, worker.$.binding.id]
      expect([await queued, await outside]).toEqual([answer, answer])
      expectNoSilentLoss(t.stats())
    },
  )

  it('the old self is dead: its verbs throw ServiceWithdrawn, its Remotes reject, its late promises act on nothing', async () => {
    await using t = await quiet()
    const echo = await t.spawn(service(import.meta, 'echo', () => ({ echo: (x: number) => x })))
    let life = 0
    const door = gate()
    const outcomes: [string, unknown][] = []
    const Old = service(import.meta, 'old', (self, init: { echo: typeof echo }) => {
      const mine = ++life
      if (mine > 1) return { life: () => mine }
      const signal = self.signal
      const verbs: Record<string, () => unknown> = {
        spawn: () => self.spawn(actor(() => ({}))),
        after: () => self.after(1, () => outcomes.push(['old timer', undefined])),
        every: () => self.every(1, () => undefined),
        at: () => self.at(5, () => undefined),
        cancelTimer: () => self.cancelTimer('x'),
        onStop: () => self.onStop(() => undefined),
        stop: () => self.stop(),
        tryLookup: () => self.tryLookup('echo'),
        request: () => self.request,
        lookup: () => self.lookup('echo'),
        call: () => self.call('echo', 'echo', [1]),
        pool: () => self.pool(Fragile, { size: 1 }),
        remote: () => init.echo.echo(1),
        offer: () => init.echo.$.offer.echo(1),
        tell: () => init.echo.$.tell.echo(1),
        own: () => (self.remote as { life(): Promise<number> }).life(),
      }
      self.after(10, async () => {
        await door.passed
        throw new Error('never seen')
      })
      self.after(10, () => undefined)
      void door.passed.then(async () => {
        for (const [name, verb] of Object.entries(verbs)) {
          try {
            outcomes.push([name, await verb()])
          } catch (error) {
            outcomes.push([name, (error as { code?: string }).code])
          }
        }
        outcomes.push(['signal', signal.aborted])
      })
      self.every(10_000_000, () => undefined)
      return {
        life: () => mine,
        crash: () =>
          void self.spawn(
            actor((child) => {
              child.after(1, () => {
                throw new Error('escalates')
              })
            }),
            { supervision: { onFailure: 'escalate' } },
          ),
      }
    })
    const old = (await t.spawn(Old, { init: { echo } })) as unknown as { life(): Promise<number>; crash(): Promise<void> }
    await old.crash()
    await t.clock.advance(1)
    expect(await old.life()).toBe(2)
    door.open()
    await t.settled()
    await t.clock.advance(1000)
    expect(outcomes.at(-1)).toEqual(['signal', true])
    expect(outcomes.slice(0, -1).filter(([, code]) => code !== 'ERR_SERVICE_WITHDRAWN')).toEqual([])
    expect(outcomes).toHaveLength(17)
    expect(await old.life()).toBe(2)
  })

  it('a promise of the old life that settles late lets nothing run beside the turn of the new one', async () => {
    await using t = await quiet()
    const [oldDoor, newDoor] = [gate(), gate()]
    const order: string[] = []
    let life = 0
    const Twice = service(import.meta, 'twice', (self) => {
      const mine = ++life
      return {
        work: async () => {
          if (mine === 1)
            self.spawn(
              actor((child) => void child.after(1, () => Promise.reject(new Error('x')))),
              { supervision: { onFailure: 'escalate' } },
            )
          await (mine === 1 ? oldDoor : newDoor).passed
          order.push(`life ${mine}`)
        },
        next: () => order.push('next'),
      }
    })
    const twice = await t.spawn(Twice)
    const first = failureOf(twice.work())
    await t.clock.advance(1)
    expect(await first).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    const second = twice.work()
    await t.settled()
    oldDoor.open()
    await t.settled()
    const next = twice.next()
    await t.settled()
    expect(order).toEqual(['life 1'])
    newDoor.open()
    await Promise.all([second, next])
    expect(order).toEqual(['life 1', 'life 2', 'next'])
  })

  it('restarts back off by the virtual clock, and messages wait meanwhile', async () => {
    await using t = await quiet()
    const backoff = { minMs: 100, maxMs: 1000, factor: 2, jitter: 0 }
    const remote = await t.spawn(Fragile, { supervision: { backoff } })
    await crash(t, remote)
    expect(await remote.call()).toBe(1)
    for (const delay of [100, 200, 400, 800, 1000]) {
      await crash(t, remote)
      const call = outcomeOf(remote.call())
      await t.clock.advance(delay - 1)
      expect([delay, call.state]).toEqual([delay, 'pending'])
      await t.clock.advance(1)
      expect([delay, call]).toEqual([delay, { state: 'resolved', value: 1 }])
    }
  })

  it('a call that waits for a restart expires there', async () => {
    await using t = await quiet()
    const remote = await t.spawn(Fragile, { supervision: { backoff: { minMs: 1000, jitter: 0 } } })
    await crash(t, remote)
    await crash(t, remote)
    const call = outcomeOf(remote.$.with({ timeoutMs: 100 }).call())
    await t.clock.advance(100)
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' } })
    expectNoSilentLoss(t.stats())
  })

  it('an actor whose budget is spent stops as crashed, and its Remotes fail', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    const reasons: string[] = []
    const Doomed = actor((self) => {
      self.onStop((reason) => reasons.push(reason))
      self.after(10, () => {
        throw new Error('again')
      })
    })
    const doomed: Remote = t.spawn(Doomed, { supervision: { budget: { restarts: 2, withinMs: 1000 }, backoff: { minMs: 0, jitter: 0 } } })
    const call = failureOf(doomed.x())
    await t.clock.advance(100)
    expect(reasons).toEqual(['crashed', 'crashed', 'crashed'])
    expect(await call).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE' })
    expect(await failureOf(doomed.x())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(t.stats().totals.actors).toBe(0)
    expect(log.records.filter(({ message }) => message.endsWith('it restarts'))).toHaveLength(2)
    expect(log.records.at(-1)?.message).toMatch(/failed in a timer; it stops$/)
  })

  it('a budget counts only restarts within its time', async () => {
    await using t = await quiet()
    const remote = await t.spawn(Fragile, { supervision: { budget: { restarts: 1, withinMs: 1000 } } })
    await crash(t, remote)
    await t.clock.advance(1000)
    await crash(t, remote)
    expect(await remote.call()).toBe(1)
    await crash(t, remote)
    expect(await failureOf(remote.call())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  })

  it('a restart runs onStop, ends children and aborts the signal, before setup runs again', async () => {
    await using t = await quiet()
    const order: string[] = []
    let life = 0
    const Parent = service(import.meta, 'parent', (self) => {
      const mine = ++life
      order.push(`setup ${mine}`)
      self.signal.addEventListener('abort', () => order.push(`abort ${mine}`))
      self.onStop(async (reason) => {
        await Promise.resolve()
        order.push(`onStop ${mine} ${reason}`)
      })
      self.spawn(actor((child) => void child.onStop((reason) => order.push(`child of ${mine} ${reason}`))))
      if (mine === 1) self.after(10, () => Promise.reject(new Error('x')))
    })
    await t.spawn(Parent)
    await t.clock.advance(20)
    expect(order).toEqual(['setup 1', 'abort 1', 'child of 1 stopped', 'onStop 1 crashed', 'setup 2'])
    expect(t.stats().totals.actors).toBe(2)
  })

  it('a setup that fails at a restart is tried again within the budget', async () => {
    await using t = await quiet()
    let life = 0
    const Flaky = service(import.meta, 'flaky', (self) => {
      if (++life > 1 && life < 4) throw new Error(`setup ${life}`)
      if (life === 1) self.after(10, () => Promise.reject(new Error('x')))
      const mine = life
      return { life: () => mine }
    })
    const flaky = await t.spawn(Flaky, { supervision: { backoff: { minMs: 50, jitter: 0 } } })
    await t.clock.advance(10)
    const call = outcomeOf(flaky.life())
    await t.clock.advance(149)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call).toEqual({ state: 'resolved', value: 4 })
  })

  it('a setup that fails at every restart is given up when the budget is spent', async () => {
    await using t = await quiet()
    const at: number[] = []
    const Broken = service(import.meta, 'broken', (self) => {
      at.push(t.clock.now())
      if (at.length > 1) throw new Error('again')
      self.after(10, () => Promise.reject(new Error('x')))
      return { go: () => true }
    })
    const supervision = { backoff: { minMs: 50, factor: 2, maxMs: 100, jitter: 0 }, budget: { restarts: 4, withinMs: 60_000 } }
    const broken = await t.spawn(Broken, { supervision })
    const ends: string[] = []
    t.watch(broken, ({ reason }) => void ends.push(reason))
    await t.clock.advance(60_000)
    expect(at).toEqual([0, 10, 60, 160, 260])
    expect(ends).toEqual(['crashed'])
    expect(await failureOf(broken.go())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  })

  it('a light actor whose first setup fails is restarted', async () => {
    await using t = await quiet()
    let life = 0
    const remote = t.spawn(
      actor(() => {
        if (++life === 1) throw new Error('once')
        return { life: () => life }
      }),
    )
    expect(await remote.life()).toBe(2)
  })
})

describe('onFailure', () => {
  const once = (what: Supervision['onFailure']) => ({ supervision: { onFailure: what, backoff: { minMs: 0 } } as Supervision })

  it('onFailure stop stops as crashed; resume keeps the closure', async () => {
    await using t = await quiet()
    const [stops, resumes] = [await t.spawn(Fragile, once('stop')), await t.spawn(Fragile, once('resume'))]
    await resumes.call()
    await crash(t, stops)
    await crash(t, resumes)
    expect(await failureOf(stops.call())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(await resumes.call()).toBe(2)
  })

  it('onFailure as a function decides about methods too, and is told what and where', async () => {
    await using t = await quiet()
    const asked: [string, FailurePlace][] = []
    const Faulty = service(import.meta, 'faulty', () => {
      let calls = 0
      return {
        call: () => ++calls,
        bad: () => {
          throw new Error('bad method')
        },
      }
    })
    const onFailure = (error: Error, where: FailurePlace) => {
      asked.push([error.message, where])
      return 'restart' as const
    }
    const faulty = await t.spawn(Faulty, once(onFailure))
    await faulty.call()
    expect(await failureOf(faulty.bad())).toMatchObject({ code: 'ERR_APPLICATION', delivered: 'yes', message: 'bad method' })
    expect(await faulty.call()).toBe(1)
    faulty.$.tell.bad()
    expect(await faulty.call()).toBe(1)
    expect(asked).toEqual([
      ['bad method', 'method'],
      ['bad method', 'method'],
    ])
  })

  it.each(['restart', 'stop', 'escalate'] as const)('onFailure %s does not concern methods', async (what) => {
    await using t = await quiet()
    const Faulty = service(import.meta, 'faulty', () => {
      let calls = 0
      return {
        call: () => ++calls,
        bad: () => Promise.reject(new Error('bad')),
      }
    })
    const faulty = await t.spawn(Faulty, once(what))
    await faulty.call()
    await failureOf(faulty.bad())
    expect(await faulty.call()).toBe(2)
  })

  it('onFailure that throws escalates', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    const remote = await t.spawn(
      Fragile,
      once(() => {
        throw new Error('in onFailure')
      }),
    )
    await crash(t, remote)
    expect(await failureOf(remote.call())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(log.records[0]).toMatchObject({
      message: 'onFailure of service "fragile" failed; the failure escalates',
      fields: { error: { message: 'in onFailure' } },
    })
  })

  it.each(['restart', 'resume', 'stop'] as const)('escalate makes the parent fail in its place, which does %s', async (what) => {
    await using t = await quiet()
    let lives = 0
    const places: unknown[] = []
    const Parent = service(import.meta, 'parent', (self) => {
      const mine = ++lives
      return {
        life: () => mine,
        bear: () =>
          void self.spawn(
            actor((child) => void child.after(10, () => Promise.reject(new Error('in the child')))),
            { supervision: { onFailure: 'escalate' } },
          ),
      }
    })
    const onFailure = (error: Error, where: FailurePlace) => {
      places.push([error.message, where])
      return what
    }
    const parent = await t.spawn(Parent, { supervision: { onFailure } })
    await parent.bear()
    await t.clock.advance(10)
    expect(places).toEqual([['in the child', 'child']])
    if (what === 'stop') expect(await failureOf(parent.life())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    else expect(await parent.life()).toBe(what === 'restart' ? 2 : 1)
    expect(t.stats().totals.actors).toBe(what === 'stop' ? 0 : 1)
  })

  it('a child that escalates while its parent starts leaves a parent that is visible', async () => {
    await using t = await quiet()
    let lives = 0
    const door = gate()
    const Parent = service(import.meta, 'parent', async (self) => {
      const mine = ++lives
      if (mine === 1) {
        const child = actor((one) => void one.after(10, () => Promise.reject(new Error('x'))))
        self.spawn(child, { supervision: { onFailure: 'escalate' } })
        await door.passed
      }
      return { life: () => mine }
    })
    const spawned = t.spawn(Parent)
    await t.clock.advance(50)
    const parent = await spawned
    expect(await parent.life()).toBe(2)
    expect(t.tryLookup(Parent)?.$.binding).toEqual(parent.$.binding)
    door.open()
    await t.settled()
    expect(await parent.life()).toBe(2)
  })

  it('a running method ends as withdrawn when its actor restarts, and what it asked for is aborted', async () => {
    await using t = await quiet()
    const signals: AbortSignal[] = []
    const hang = t.spawn(
      actor((self) => ({
        hang: () => {
          signals.push(self.request.signal)
          return new Promise(() => undefined)
        },
      })),
    )
    const Parent = service(import.meta, 'parent', (self, init: { hang: typeof hang }) => ({
      work: async () => {
        self.spawn(
          actor((child) => void child.after(10, () => Promise.reject(new Error('x')))),
          { supervision: { onFailure: 'escalate' } },
        )
        await init.hang.hang()
      },
      next: () => 'next',
    }))
    const parent = await t.spawn(Parent, { init: { hang } })
    const work = outcomeOf(parent.work())
    const next = outcomeOf(parent.next())
    await t.clock.advance(10)
    expect(work).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', error: 57, delivered: 'maybe' } })
    expect(next).toEqual({ state: 'resolved', value: 'next' })
    expect(signals[0]?.aborted).toBe(true)
  })
})
