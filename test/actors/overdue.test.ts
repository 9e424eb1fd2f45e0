import { describe, expect, it } from 'vitest'
import type { Decision, Supervision } from '../../src/actors/actor-options.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import type { FreeSelf } from '../../src/actors/self-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNoSilentLoss, expectNothingLeft, failureOf, type Gate, gate, outcomeOf, readerOf, recordingLog } from './evidence.js'

async function quiet() {
  const log = recordingLog()
  return Object.assign(await createTestSystem({ seed: 1, log }), { log })
}

/** An actor whose `hang` ends when its gate is opened; each life has a number. */
function hanging(options: { readonly supervision?: Supervision; readonly concurrency?: number } = {}) {
  const seen = { lives: 0, gates: [] as Gate[], selves: [] as FreeSelf[] }
  const Hanging = service(import.meta, 'hanging', options, (self) => {
    const life = ++seen.lives
    seen.selves.push(self)
    let hung = 0
    return {
      async hang() {
        hung++
        const end = gate()
        seen.gates.push(end)
        await end.passed
        return `${life} hung ${hung}`
      },
      life: () => life,
    }
  })
  return { seen, Hanging }
}

describe('a method that goes on after its request has ended', () => {
  it('is a crash overdueMs later: the actor restarts with a fresh closure and answers what waits', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging()
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    const life = outcomeOf(remote.$.with({ timeoutMs: 60_000 }).life())
    await t.clock.advance(100)
    expect(await hung).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    await t.clock.advance(29_999)
    expect([life.state, seen.lives]).toEqual(['pending', 1])
    await t.clock.advance(1)
    expect([life.value, seen.lives]).toEqual([2, 2])
    expect(t.log.records).toMatchObject([{ level: 'error', fields: { error: { message: expect.stringContaining('overdueMs') } } }])
    expect(remote.$.binding).toEqual(t.tryLookup(Hanging)?.$.binding)
    await expectNothingLeft(t)
  })

  it.each([
    ['its caller aborts', (signal: AbortSignal) => ({ signal, timeoutMs: Number.POSITIVE_INFINITY })],
    ['its deadline passes', () => ({ timeoutMs: 10 })],
  ] as const)('is one when %s, after the overdueMs that its supervision says', async (_how, options) => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    const controller = new AbortController()
    const hung = failureOf(remote.$.with(options(controller.signal)).hang())
    await t.clock.advance(10)
    controller.abort()
    await hung
    await t.clock.advance(499)
    expect(seen.lives).toBe(1)
    await t.clock.advance(1)
    expect(seen.lives).toBe(2)
    await expectNothingLeft(t)
  })

  it('is one when its caller is gone', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    const caller = t.spawn(actor(() => ({ ask: async (of: Remote) => await of.hang() })))
    const asked = failureOf(caller.ask(remote))
    await t.settled()
    await caller.$.stop()
    await asked
    await t.clock.advance(500)
    expect(seen.lives).toBe(2)
    await expectNothingLeft(t)
  })

  it('is one when it was a tell with a deadline, and none when nobody gave it one', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    remote.$.with({ timeoutMs: 10 }).$.tell.hang()
    await t.clock.advance(510)
    expect(seen.lives).toBe(2)
    remote.$.tell.hang()
    await t.clock.advance(1_000_000)
    expect(seen.lives).toBe(2)
  })

  it('is left alone when it ends before; its late result is dropped and counted', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging()
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(20_000)
    await hung
    const { late } = coreOf(t).counters.read()
    seen.gates[0]?.open()
    await t.settled()
    expect(coreOf(t).counters.read().late).toBe(late + 1)
    await t.clock.advance(100_000)
    expect([await remote.life(), seen.lives]).toEqual([1, 1])
    await expectNothingLeft(t)
  })

  it('goes on for ever with overdueMs Infinity', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: Number.POSITIVE_INFINITY } })
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(100_000_000)
    await hung
    expect(seen.lives).toBe(1)
    seen.gates[0]?.open()
    expect(await remote.life()).toBe(1)
    await expectNothingLeft(t)
  })

  it('whose actor stops meanwhile is no crash', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging()
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(100)
    await hung
    await remote.$.stop()
    await t.clock.advance(100_000)
    expect([seen.lives, t.log.records]).toEqual([1, []])
    await expectNothingLeft(t)
  })

  it('while its actor drains stops it', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 10_000 }))
    await t.clock.advance(599)
    expect([stop.state, seen.lives]).toEqual(['pending', 1])
    await t.clock.advance(1)
    expect([stop.state, seen.lives]).toEqual(['resolved', 1])
    await hung
    await expectNothingLeft(t)
  })

  it.each([
    ['restart', 2, true],
    ['resume', 2, true],
    ['stop', 1, false],
    ['escalate', 1, false],
  ] as const)('%s, said by a word or a function: %i lives', async (decision: Decision, lives, answers) => {
    for (const onFailure of [decision, () => decision]) {
      await using t = await quiet()
      const { seen, Hanging } = hanging({ supervision: { onFailure, overdueMs: 500 } })
      const remote = await t.spawn(Hanging)
      const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
      await t.clock.advance(600)
      await hung
      expect(seen.lives).toBe(lives)
      if (answers) expect(await remote.life()).toBe(2)
      else expect(await failureOf(remote.life())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
      await expectNothingLeft(t)
    }
  })

  it('tells the function of its supervision where it was, and what for', async () => {
    await using t = await quiet()
    const asked: string[] = []
    const onFailure = (error: Error, where: string) => {
      asked.push(`${where}: ${error.message}`)
      return 'restart' as const
    }
    const { Hanging } = hanging({ supervision: { onFailure, overdueMs: 500 } })
    const hung = failureOf((await t.spawn(Hanging)).$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(600)
    await hung
    expect(asked).toEqual([expect.stringMatching(/^method: hanging\.hang\(\) .*500 ms/)])
  })

  it('escalates to its parent, which deals with it', async () => {
    await using t = await quiet()
    let parents = 0
    const never = gate()
    const Child = actor(() => ({ hang: () => never.passed }))
    const Parent = service(import.meta, 'parent', (self) => {
      parents++
      const child = self.spawn(Child, { supervision: { onFailure: 'escalate', overdueMs: 500 } })
      return { hang: async () => await child.$.with({ timeoutMs: 100 }).hang(), life: () => parents }
    })
    const parent = await t.spawn(Parent)
    const hung = failureOf(parent.hang())
    await t.clock.advance(600)
    expect(await hung).toMatchObject({ cause: { code: 'ERR_REQUEST_TIMEOUT' } })
    expect([await parent.life(), parents]).toEqual([2, 2])
    await expectNothingLeft(t)
  })
})

describe('the closure that hung', () => {
  it('is dead: its verbs throw ServiceWithdrawn, whatever comes of it acts on nothing', async () => {
    await using t = await quiet()
    const tried: string[] = []
    const acted: string[] = []
    const door = gate()
    let lives = 0
    const Other = service(import.meta, 'other', () => ({ note: (what: string) => void acted.push(what) }))
    const other = await t.spawn(Other)
    const Zombie = service(import.meta, 'zombie', { supervision: { overdueMs: 500 } }, (self) => {
      const life = ++lives
      const attempt = async (what: string, act: () => unknown) => {
        try {
          await act()
          tried.push(`${what} went through`)
        } catch (error) {
          tried.push(`${what} ${(error as { code?: string }).code}`)
        }
      }
      return {
        async hang(mine: typeof other) {
          const { note } = mine.$.tell
          await door.passed
          await attempt('request', () => self.request)
          await attempt('after', () => self.after(0, () => acted.push('timer')))
          await attempt('every', () => self.every(5, () => acted.push('timer')))
          await attempt('lookup', () => self.lookup(Other))
          await attempt('call', () => self.call(Other, 'note', ['call']))
          await attempt('Remote', () => mine.note('Remote'))
          await attempt('tell', () => note('tell'))
          await attempt('offer', () => mine.$.offer.note('offer'))
          await attempt('own Remote', () => self.remote.life())
          await attempt('spawn', () => self.spawn(actor(() => void acted.push('child'))))
          await attempt('onStop', () => self.onStop(() => acted.push('onStop')))
          await attempt('stop', () => self.stop())
          return `late from ${life}`
        },
        life: () => life,
      }
    })
    const zombie = await t.spawn(Zombie)
    const hung = failureOf(zombie.$.with({ timeoutMs: 100 }).hang(other))
    await t.clock.advance(600)
    await hung
    expect(await zombie.life()).toBe(2)
    door.open()
    await t.clock.advance(1000)
    const verbs = ['request', 'after', 'every', 'lookup', 'call', 'Remote', 'tell', 'offer', 'own Remote', 'spawn', 'onStop', 'stop']
    expect(tried).toEqual(verbs.map((verb) => `${verb} ERR_SERVICE_WITHDRAWN`))
    expect([acted, lives, await zombie.life()]).toEqual([[], 2, 2])
    await expectNothingLeft(t)
  })

  it('whose promise rejects at last fails nobody, the new life least of all', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500, onFailure: () => 'restart' } })
    const remote = await t.spawn(Hanging)
    const hung = failureOf(remote.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(600)
    await hung
    const second = remote.hang()
    await t.settled()
    seen.gates[0]?.break(new Error('too late'))
    await t.settled()
    expect(seen.lives).toBe(2)
    seen.gates[1]?.open()
    expect(await second).toBe('2 hung 1')
    await expectNothingLeft(t)
  })
})

describe('an overdue turn', () => {
  it('among several of one actor restarts it: the others fail with ServiceWithdrawn, once', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ concurrency: 3, supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    const hung = [100, 60_000, 60_000, 60_000].map((timeoutMs) => outcomeOf(remote.$.with({ timeoutMs }).hang()))
    await t.clock.advance(600)
    expect(hung.map(({ value }) => (value as { code?: string } | undefined)?.code)).toEqual([
      'ERR_REQUEST_TIMEOUT',
      'ERR_SERVICE_WITHDRAWN',
      'ERR_SERVICE_WITHDRAWN',
      undefined,
    ])
    expect([seen.lives, seen.gates.length]).toEqual([2, 4])
    for (const end of seen.gates) end.open()
    await t.settled()
    expect(hung[3]).toEqual({ state: 'resolved', value: '2 hung 1' })
    await expectNothingLeft(t)
  })

  it('of two at once restarts once', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ concurrency: 2, supervision: { overdueMs: 500 } })
    const remote = await t.spawn(Hanging)
    const hung = [1, 2].map(() => failureOf(remote.$.with({ timeoutMs: 100 }).hang()))
    await t.clock.advance(10_000)
    await Promise.all(hung)
    expect([seen.lives, await remote.life()]).toEqual([2, 2])
    await expectNothingLeft(t)
  })

  it('of a stream is a step that hangs after its reader has left', async () => {
    await using t = await quiet()
    let lives = 0
    const Steps = service(import.meta, 'steps', { supervision: { overdueMs: 500 } }, () => {
      const life = ++lives
      return {
        async *items() {
          yield 1
          await gate().passed
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Steps)
    const reader = readerOf(remote.items())
    await reader.next()
    await t.settled()
    await reader.return()
    const life = outcomeOf(remote.life())
    await t.clock.advance(499)
    expect(life.state).toBe('pending')
    await t.clock.advance(1)
    expect(life.value).toBe(2)
    await expectNothingLeft(t)
  })

  it('of a stream is a generator that does not end when it is closed', async () => {
    await using t = await quiet()
    let lives = 0
    const Steps = service(import.meta, 'steps', { supervision: { overdueMs: 500 } }, () => {
      const life = ++lives
      return {
        async *items(value: unknown) {
          try {
            for (;;) yield value
          } finally {
            await gate().passed
          }
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Steps)
    for await (const _ of remote.items(1)) break
    await t.clock.advance(500)
    expect(await remote.life()).toBe(2)
    await expectNothingLeft(t)
  })

  it('of a stream that failed with an item that cannot be sent is one too', async () => {
    await using t = await quiet()
    let lives = 0
    const Steps = service(import.meta, 'steps', { supervision: { overdueMs: 500 } }, () => {
      const life = ++lives
      return {
        async *items() {
          try {
            yield () => 1
          } finally {
            await gate().passed
          }
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Steps)
    expect(await failureOf(readerOf(remote.items() as AsyncIterable<unknown>).next())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    const life = outcomeOf(remote.life())
    await t.clock.advance(500)
    expect(life.value).toBe(2)
    await expectNothingLeft(t)
  })

  it('of a method that has given its answer away is one, though the target has ended in time', async () => {
    await using t = await quiet()
    let lives = 0
    const door = gate()
    const Target = actor((self) => ({
      async work() {
        self.request.signal.addEventListener('abort', () => door.open())
        await door.passed
      },
    }))
    const target = t.spawn(Target)
    const Gives = service(import.meta, 'gives', { supervision: { overdueMs: 500 } }, (self) => {
      const life = ++lives
      return {
        async work() {
          self.request.forward(target)
          await gate().passed
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Gives)
    const late = failureOf(remote.$.with({ timeoutMs: 100 }).work())
    await t.clock.advance(600)
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(await remote.life()).toBe(2)
    await expectNothingLeft(t)
  })

  it.each(['resolves', 'rejects', 'forwards'] as const)('of a method that %s its answer and then hangs is one', async (how) => {
    await using t = await quiet()
    let lives = 0
    const target = t.spawn(actor(() => ({ work: () => 'worked' })))
    const Hasty = service(import.meta, 'hasty', { supervision: { overdueMs: 500 } }, (self) => {
      const life = ++lives
      const answers = {
        resolves: () => self.request.defer<string>().resolve('worked'),
        rejects: () => self.request.defer<string>().reject(new Error('refused')),
        forwards: () => void self.request.forward(target),
      }
      return {
        async work() {
          answers[how]()
          await gate().passed
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Hasty)
    const answer = outcomeOf(remote.work())
    const life = outcomeOf(remote.life())
    await t.clock.advance(499)
    expect([answer.state, life.state]).toEqual([how === 'rejects' ? 'rejected' : 'resolved', 'pending'])
    await t.clock.advance(1)
    expect(life.value).toBe(2)
    await expectNothingLeft(t)
  })

  it('is none when a method answers early and ends within overdueMs', async () => {
    await using t = await quiet()
    let lives = 0
    const door = gate()
    const Hasty = service(import.meta, 'hasty', { supervision: { overdueMs: 500 } }, (self) => {
      const life = ++lives
      return {
        async work() {
          self.request.defer<string>().resolve('early')
          await door.passed
        },
        life: () => life,
      }
    })
    const remote = await t.spawn(Hasty)
    expect(await remote.work()).toBe('early')
    await t.clock.advance(499)
    door.open()
    await t.clock.advance(1000)
    expect(await remote.life()).toBe(1)
    await expectNothingLeft(t)
  })

  it('of a worker restarts that worker; the pool is as it was', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const pool = await t.pool(Hanging, { size: 2 })
    const hung = failureOf(pool.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(599)
    await hung
    expect(seen.lives).toBe(2)
    await t.clock.advance(1)
    expect([seen.lives, t.stats().totals.actors]).toEqual([3, 3])
    const lives = await Promise.all([pool.life(), pool.life()])
    expect(lives.sort()).toEqual([2, 3])
    expectNoSilentLoss(t.stats())
    await expectNothingLeft(t)
  })

  it('of a worker that has ended in time restarts nobody, its pool least of all', async () => {
    await using t = await quiet()
    const { seen, Hanging } = hanging({ supervision: { overdueMs: 500 } })
    const pool = await t.pool(Hanging, { size: 1 })
    const hung = failureOf(pool.$.with({ timeoutMs: 100 }).hang())
    await t.clock.advance(200)
    await hung
    seen.gates[0]?.open()
    await t.clock.advance(100_000)
    expect([seen.lives, await pool.life(), t.log.records]).toEqual([1, 1, []])
    await expectNothingLeft(t)
  })
})
