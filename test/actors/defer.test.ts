import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Deferred, Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, itemsOf, outcomeOf, recordingLog } from './evidence.js'

async function quiet(options: object = {}) {
  const log = recordingLog()
  return Object.assign(await createTestSystem({ seed: 1, log, ...options }), { log })
}

const QueueApi = contract('queue', {
  methods: { next: method([], z.string()), put: method([z.string()]), failNext: method([]), all: stream([], z.string()) },
  errors: { Empty: z.object({ since: z.number() }) },
})

/** Answers `next` when something is put. */
function queue(options: object = {}) {
  const seen = { waiting: [] as Deferred<string>[], reasons: [] as string[] }
  const Queue = service(import.meta, QueueApi, options, (self) => {
    seen.waiting.length = 0
    return {
      next() {
        const { signal } = self.request
        signal.addEventListener('abort', () => seen.reasons.push((signal.reason as { code: string }).code))
        const answer = self.request.defer<string>()
        seen.waiting.push(answer)
        return answer
      },
      put: (item) => seen.waiting.shift()?.resolve(item),
      failNext: () => seen.waiting.shift()?.reject(self.failure('Empty', { since: 7 })),
      async *all() {
        yield 'none'
      },
    }
  })
  return { seen, Queue }
}

describe('defer()', () => {
  it('answers later, from another method; the actor goes on meanwhile', async () => {
    await using t = await quiet()
    const { Queue } = queue()
    const remote = await t.spawn(Queue)
    const answers = [remote.next(), remote.next()]
    await remote.put('a')
    expect(await answers[0]).toBe('a')
    await remote.put('b')
    expect(await answers[1]).toBe('b')
    await expectNothingLeft(t)
  })

  it('answers later, from a timer, and from outside of any turn', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const Timed = actor((self) => ({
      soon(ms: number) {
        const answer = self.request.defer<number>()
        self.after(ms, () => answer.resolve(ms))
        return answer
      },
    }))
    const soon = outcomeOf(t.spawn(Timed).soon(50))
    const outside = (await t.spawn(Queue)).next()
    await t.clock.advance(49)
    expect(soon.state).toBe('pending')
    await t.clock.advance(1)
    seen.waiting[0]?.resolve('outside')
    expect([soon.value, await outside]).toEqual([50, 'outside'])
    await expectNothingLeft(t)
  })

  it('fails as a method that throws would: with a typed failure, or with an ApplicationError', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const [typed, plain] = [failureOf(remote.next()), failureOf(remote.next())]
    await remote.failNext()
    expect(await typed).toMatchObject({ code: 'Empty', error: 57, data: { since: 7 }, origin: 'queue' })
    seen.waiting[0]?.reject(new RangeError('none left'))
    const failure = await plain
    expect(failure).toMatchObject({ code: 'ERR_APPLICATION', message: 'none left' })
    expect((failure as Error).cause).toBeInstanceOf(RangeError)
    expect(t.log.records).toEqual([])
    await expectNothingLeft(t)
  })

  it('counts once: what comes after is ignored and counted as late', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const answer = (await t.spawn(Queue)).next()
    await t.settled()
    const [deferred] = seen.waiting
    deferred?.resolve('first')
    deferred?.resolve('second')
    deferred?.reject(new Error('third'))
    expect(await answer).toBe('first')
    expect(coreOf(t).counters.read().late).toBe(2)
    await expectNothingLeft(t)
  })

  it('may be answered before the method returns, whatever it returns, and the method goes on and calls others', async () => {
    await using t = await quiet()
    const noted: string[] = []
    const Notes = service(import.meta, 'notes', () => ({ note: (text: string) => void noted.push(text) }))
    const Early = actor((self) => ({
      async early(notes: Remote) {
        self.request.defer<string>().resolve('early')
        await notes.note('after the answer')
        return 'not this'
      },
    }))
    const notes = await t.spawn(Notes)
    expect(await t.spawn(Early).early(notes)).toBe('early')
    await t.settled()
    expect([noted, coreOf(t).counters.read().late, t.log.records]).toEqual([['after the answer'], 0, []])
    await expectNothingLeft(t)
  })

  it('holds though its handle is not returned', async () => {
    await using t = await quiet()
    const kept: Deferred<string>[] = []
    const Forgetful = actor((self) => ({
      ask() {
        kept.push(self.request.defer<string>())
      },
    }))
    const answer = outcomeOf(t.spawn(Forgetful).ask())
    await t.settled()
    expect(answer.state).toBe('pending')
    kept[0]?.resolve('kept')
    await t.settled()
    expect(answer.value).toBe('kept')
  })

  it('gives way to what the method throws: the call fails, the handle is late', async () => {
    await using t = await quiet()
    const kept: Deferred<string>[] = []
    const Throws = service(import.meta, 'throws', (self) => ({
      async ask() {
        kept.push(self.request.defer<string>())
        await Promise.resolve()
        throw new Error('after all')
      },
    }))
    const remote = await t.spawn(Throws)
    expect(await failureOf(remote.ask())).toMatchObject({ message: 'after all' })
    await expectNothingLeft(t)
    kept[0]?.resolve('too late')
    expect(coreOf(t).counters.read().late).toBe(1)
    const stop = outcomeOf(remote.$.stop({ drainMs: 60_000 }))
    await t.settled()
    expect(stop.state).toBe('resolved')
  })

  it.each(['defer', 'forward'] as const)('then %s() throws: an answer is given away once', async (second) => {
    await using t = await quiet()
    const errors: unknown[] = []
    const Twice = actor((self) => ({
      ask() {
        const answer = self.request.defer<string>()
        try {
          if (second === 'defer') self.request.defer()
          else self.request.forward(self.remote, 'other')
        } catch (error) {
          errors.push(error)
        }
        answer.resolve('the first')
        return answer
      },
      other: () => 'other',
    }))
    expect(await t.spawn(Twice).ask()).toBe('the first')
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('once') })])
    await expectNothingLeft(t)
  })

  it('throws when the method has ended, of a call and of a tell', async () => {
    await using t = await quiet()
    const errors: unknown[] = []
    const Keeps = actor((self) => {
      let kept: { defer(): unknown; forward(to: object): unknown } | undefined
      return {
        keep() {
          kept = self.request
        },
        use() {
          for (const act of [() => kept?.defer(), () => kept?.forward(self.remote)]) {
            try {
              act()
              errors.push('went through')
            } catch (error) {
              errors.push((error as Error).message)
            }
          }
        },
      }
    })
    const remote = t.spawn(Keeps)
    await remote.keep()
    await remote.use()
    remote.$.tell.keep()
    await remote.use()
    const ended = [expect.stringContaining('defer(): the method has ended'), expect.stringContaining('forward(): the method has ended')]
    expect(errors).toEqual([...ended, ...ended])
    await expectNothingLeft(t)
  })

  it('is refused in a stream', async () => {
    await using t = await quiet()
    const Odd = service(import.meta, QueueApi, (self) => ({
      next: () => '',
      put: () => undefined,
      failNext: () => undefined,
      all: () => self.request.defer() as unknown as AsyncIterable<string>,
    }))
    expect(await failureOf(itemsOf((await t.spawn(Odd)).all()))).toMatchObject({ message: expect.stringContaining('stream') })
    await expectNothingLeft(t)
  })
})

describe('an answer that is owed', () => {
  it('ends at the deadline; what comes then is late', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const answer = failureOf(remote.$.with({ timeoutMs: 100 }).next())
    await t.clock.advance(100)
    expect(await answer).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    expect(seen.reasons).toEqual(['ERR_REQUEST_TIMEOUT'])
    await expectNothingLeft(t)
    await remote.put('late')
    expect(coreOf(t).counters.read().late).toBe(1)
    await t.clock.advance(100_000)
    expect(t.log.records).toEqual([])
    await expectNothingLeft(t)
  })

  it('ends when its caller aborts, and when its caller is gone', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const controller = new AbortController()
    const answer = failureOf(remote.$.with({ signal: controller.signal }).next())
    const caller = t.spawn(actor(() => ({ ask: async (of: Remote) => await of.next() })))
    const asked = failureOf(caller.ask(remote))
    await t.settled()
    controller.abort('enough')
    expect(await answer).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: 'enough' })
    await caller.$.stop()
    await asked
    expect(seen.reasons).toEqual(['ERR_REQUEST_ABORTED', 'ERR_REQUEST_ABORTED'])
    await expectNothingLeft(t)
  })

  it.each(['stop', 'restart'] as const)('fails with ServiceWithdrawn, maybe, when its actor has a %s', async (how) => {
    await using t = await quiet()
    const kept: Deferred<string>[] = []
    let lives = 0
    const Owes = service(import.meta, 'owes', (self) => {
      lives++
      return {
        ask() {
          kept.push(self.request.defer<string>())
          return kept.at(-1)
        },
        crash: () =>
          void self.after(0, () => {
            throw new Error('crash')
          }),
      }
    })
    const remote = await t.spawn(Owes)
    const answer = failureOf(remote.ask())
    await t.settled()
    if (how === 'stop') await remote.$.stop()
    else await remote.crash()
    await t.clock.advance(1)
    expect(await answer).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(lives).toBe(how === 'stop' ? 1 : 2)
    const { late } = coreOf(t).counters.read()
    kept[0]?.resolve('from the dead')
    expect(coreOf(t).counters.read().late).toBe(late + 1)
    await expectNothingLeft(t)
  })

  it('is waited for by a drain, in which timers still run; not by a stop without one', async () => {
    await using t = await quiet()
    const Timed = service(import.meta, 'timed', (self) => ({
      soon(ms: number) {
        const answer = self.request.defer<number>()
        self.after(ms, () => answer.resolve(ms))
        return answer
      },
    }))
    const remote = await t.spawn(Timed)
    const answers = [outcomeOf(remote.soon(100)), outcomeOf(remote.soon(300))]
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 200 }))
    await t.clock.advance(100)
    expect([answers[0], stop.state]).toEqual([{ state: 'resolved', value: 100 }, 'pending'])
    await t.clock.advance(100)
    expect([answers[1]?.state, stop.state]).toEqual(['rejected', 'resolved'])
    expect(answers[1]?.value).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    await expectNothingLeft(t)
  })

  it('ends a drain as soon as it is given', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const answer = remote.next()
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 60_000 }))
    await t.settled()
    seen.waiting[0]?.resolve('at last')
    expect(await answer).toBe('at last')
    await t.settled()
    expect(stop.state).toBe('resolved')
    await expectNothingLeft(t)
  })

  it('is waited for by a drain of the whole system, of light actors too', async () => {
    const t = await quiet()
    const { seen, Queue } = queue()
    const kept: Deferred<string>[] = []
    const Light = actor((self) => ({
      ask() {
        kept.push(self.request.defer<string>())
        return kept.at(-1)
      },
    }))
    const answers = [outcomeOf((await t.spawn(Queue)).next()), outcomeOf(t.spawn(Light).ask())]
    await t.settled()
    const stop = t.stop({ drainMs: 60_000 })
    await t.settled()
    seen.waiting[0]?.resolve('service')
    kept[0]?.resolve('light')
    await stop
    expect(answers.map(({ value }) => value)).toEqual(['service', 'light'])
    await expectNothingLeft(t)
  })

  it('holds no turn: others run, and no chain is said to wait for it', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const Asks = actor(() => ({ ask: async (of: Remote) => await of.next() }))
    const asked = t.spawn(Asks).ask(remote)
    await t.clock.advance(1000)
    await remote.put('done')
    expect(await asked).toBe('done')
    expect(seen.waiting).toEqual([])
    await expectNothingLeft(t)
  })

  it('is one of a limited number: as many as the mailbox holds messages', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue({ mailbox: { capacity: 2 } })
    const remote = await t.spawn(Queue)
    const owed = [remote.next(), remote.next()]
    await t.settled()
    expect(await failureOf(remote.next())).toMatchObject({ code: 'ERR_APPLICATION', cause: { code: 'ERR_MAILBOX_FULL' } })
    await remote.put('a')
    const more = remote.next()
    await t.settled()
    for (const name of ['b', 'c']) await remote.put(name)
    expect(await Promise.all([...owed, more])).toEqual(['a', 'b', 'c'])
    expect(seen.waiting).toEqual([])
    await expectNothingLeft(t)
  })
})

describe('the value of a deferred answer', () => {
  it('is checked against the contract, and sent as any result', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    const [wrong, unsendable] = [failureOf(remote.next()), failureOf(remote.next())]
    await t.settled()
    seen.waiting[0]?.resolve(7 as unknown as string)
    seen.waiting[1]?.resolve({ deep: () => 1 } as unknown as string)
    expect(await wrong).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    expect(await unsendable).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    await expectNothingLeft(t)
  })

  it('that cannot be sent names the path to it', async () => {
    await using t = await quiet()
    const Odd = service(import.meta, 'odd', (self) => ({
      ask() {
        const answer = self.request.defer<object>()
        self.after(0, () => answer.resolve({ deep: [() => 1] }))
        return answer
      },
    }))
    const failure = failureOf((await t.spawn(Odd)).ask())
    await t.clock.advance(1)
    expect(await failure).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', message: expect.stringContaining('deep[0]') })
    await expectNothingLeft(t)
  })

  it('is a copy for who asked a service, the very value of a light actor, and a Remote in it is the caller’s own', async () => {
    await using t = await quiet({ strict: false })
    const value = { n: 1 }
    const owing = (self: { request: { defer<T>(): Deferred<T> }; after(ms: number, run: () => void): unknown; remote: unknown }) => ({
      value() {
        const answer = self.request.defer<object>()
        self.after(0, () => answer.resolve(value))
        return answer
      },
      me() {
        const answer = self.request.defer<unknown>()
        self.after(0, () => answer.resolve([self.remote]))
        return answer
      },
      sender: () => '',
    })
    const Owing = service(import.meta, 'owing', (self) => ({ ...owing(self), sender: () => self.request.sender.id }))
    const Asks = actor((self) => ({
      async ask(of: Remote) {
        const [remote] = await of.me()
        return (await remote.sender()) === self.id
      },
    }))
    const remote = await t.spawn(Owing)
    const got = [remote.value(), t.spawn(actor(owing)).value(), t.spawn(Asks).ask(remote)]
    await t.clock.advance(1)
    const [copy, very, own] = await Promise.all(got)
    expect([copy, copy === value, very === value, own]).toEqual([{ n: 1 }, false, true, true])
  })

  it('of a tell and of an offer goes nowhere; a failure is logged and counted once', async () => {
    await using t = await quiet()
    const { seen, Queue } = queue()
    const remote = await t.spawn(Queue)
    remote.$.tell.next()
    await remote.$.offer.next()
    await t.settled()
    const [told, offered] = seen.waiting
    told?.resolve('nowhere')
    offered?.reject(new Error('nobody hears'))
    offered?.reject(new Error('again'))
    told?.reject(new Error('again'))
    expect(coreOf(t).counters.read()).toMatchObject({ failedTells: 1, late: 2 })
    expect(t.log.records).toMatchObject([{ level: 'warn' }])
    await expectNothingLeft(t)
  })
})
