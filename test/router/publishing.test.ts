import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import type { Received } from '../../src/actors/report-type.js'
import type { SelfOf } from '../../src/actors/self-type.js'
import { transfer } from '../../src/runtime/transfer.js'
import { expectNoSilentLoss, failureOf } from '../actors/evidence.js'
import { Ear, Press, startSystem } from './actors.js'

const Api = contract('typed', {
  methods: { publish: method([z.string(), z.unknown()]) },
  reports: { exact: z.number(), 'ex*': z.string(), 'n.*': z.number(), '*.big': z.unknown().refine((n) => (n as number) > 9, 'too small') },
})

/** Publishes under its contract what a test gives it, also what the types forbid. */
const Typed = service(import.meta, Api, (self) => ({
  publish: (subject, value) => (self as unknown as SelfOf<object, Record<string, unknown>>).publish(subject, value),
}))

describe('publish() with a contract', () => {
  it('takes its subjects, exact and by pattern', async () => {
    await using t = await startSystem()
    const typed = await t.spawn(Typed)
    const seen: unknown[] = []
    t.subscribe(Api, '*', ({ subject, content }) => void seen.push([subject, content]))
    for (const [subject, value] of [
      ['exact', 1],
      ['extra', 'x'],
      ['n.1', 2],
      ['n.big', 10],
    ] as const)
      await typed.publish(subject, value)
    await t.settled()
    expect(seen).toEqual([
      ['exact', 1],
      ['extra', 'x'],
      ['n.1', 2],
      ['n.big', 10],
    ])
  })

  it.each<[string, string, unknown, string]>([
    ['a subject that it does not have', 'other', 1, 'contract "typed" has no report "other"; it has exact, ex*, n.*, *.big'],
    ['a key that is a pattern', 'n.*', 1, 'a subject is no pattern'],
    ['a subject of Object.prototype', 'constructor', 1, 'contract "typed" has no report "constructor"'],
    ['a value that its schema refuses', 'exact', 'one', 'publish() of "exact": value'],
    ['a value of a pattern that its schema refuses', 'extra', 1, 'publish() of "extra": value'],
    ['what one of two patterns that match refuses', 'n.big', 3, 'too small'],
    ['what the other of them refuses', 'n.big', '30', 'publish() of "n.big": value'],
  ])('refuses %s, and publishes nothing', async (_, subject, value, message) => {
    await using t = await startSystem()
    const [typed, ear] = [await t.spawn(Typed), await t.spawn(Ear)]
    await ear.listen('typed', '*')
    await expect(typed.publish(subject, value)).rejects.toThrow(message)
    await t.settled()
    expect(await ear.heard()).toEqual([])
  })

  it('without reports has no subject at all', async () => {
    await using t = await startSystem()
    const Bare = service(import.meta, contract('bare', { methods: { publish: method() } }), (self) => ({
      publish: () => (self as unknown as SelfOf<object, Record<string, unknown>>).publish('a', 1),
    }))
    await expect((await t.spawn(Bare)).publish()).rejects.toThrow('contract "bare" has no report "a"; it has none')
  })
})

describe('publish()', () => {
  it.each<[unknown, string]>([
    [7, 'subject is 7; give a string'],
    [undefined, 'subject is undefined; give a string'],
    ['a*', 'a subject is no pattern'],
    ['a?', 'a subject is no pattern'],
    ['a\nb', 'without control characters'],
    ['a'.repeat(256), 'at most 255 bytes'],
  ])('without a contract refuses the subject %o', async (subject, message) => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await expect(press.publish(subject as string, 1)).rejects.toThrow(message)
  })

  it.each([false, true])('refuses a value that cannot be sent, with its path; somebody hears it: %s', async (heard) => {
    await using t = await startSystem()
    const Wrong = service(import.meta, 'wrong', (self) => ({ publish: () => self.publish('a', { list: [{ f: () => 1 }] }) }))
    const [wrong, ear] = [await t.spawn(Wrong), await t.spawn(Ear)]
    if (heard) await ear.listen('wrong', '*')
    const failure = (await failureOf(wrong.publish())) as Error
    expect(failure.cause).toMatchObject({ code: 'ERR_REQUEST_ENCODING', message: expect.stringContaining('value.list[0].f') })
    await t.settled()
    expect(await ear.heard()).toEqual([])
  })

  it.each([0, 1, 2])('refuses a MessagePort, which only one can have, with %i that hear it', async (count) => {
    await using t = await startSystem()
    const { port1, port2 } = new MessageChannel()
    const Porter = service(import.meta, 'porter', (self) => ({
      publish: () => self.publish('a', { port: port1 }),
      keep: () => self.publish('a', { port: port1 }, { lifetimeMs: 1000 }),
    }))
    const porter = await t.spawn(Porter)
    const seen: unknown[] = []
    for (let i = 0; i < count; i++) t.subscribe('porter', '*', ({ content }) => void seen.push(content))
    await expect(porter.publish()).rejects.toThrow('value.port')
    await expect(porter.keep()).rejects.toThrow('value.port')
    await t.settled()
    expect(seen).toEqual([])
    port2.close()
  })

  it('moves what transfer() marked, once, however many hear it', async () => {
    await using t = await startSystem({ strict: false })
    const bytes = new Uint8Array([1, 2, 3])
    const Mover = service(import.meta, 'mover', (self) => ({ publish: () => self.publish('a', transfer({ bytes }, [bytes.buffer])) }))
    const mover = await t.spawn(Mover)
    const seen: unknown[] = []
    for (const pattern of ['a', '*']) t.subscribe('mover', pattern, ({ content }) => void seen.push(content))
    await mover.publish()
    await t.settled()
    expect([bytes.length, seen]).toEqual([0, [{ bytes: new Uint8Array([1, 2, 3]) }, { bytes: new Uint8Array([1, 2, 3]) }]])
  })

  it('a value that is refused leaves what is kept as it was', async () => {
    await using t = await startSystem()
    const Keeping = service(import.meta, 'keeping', (self) => {
      self.publish('a', 1, { lifetimeMs: Number.POSITIVE_INFINITY })
      return { wrong: () => self.publish('a', () => 1) }
    })
    await expect((await t.spawn(Keeping)).wrong()).rejects.toThrow('a function')
    const ear = await t.spawn(Ear)
    await ear.listen('keeping', '*')
    await t.settled()
    expect(await ear.heard()).toEqual(['a 1'])
  })

  it('in setup reaches nobody but those who come later, if it is kept', async () => {
    await using t = await startSystem()
    const Early = service(import.meta, 'early', (self) => {
      self.publish('lost', 1)
      self.publish('kept', 2, { lifetimeMs: 1000 })
    })
    const ear = await t.spawn(Ear)
    await ear.listen('early', '*')
    await t.spawn(Early)
    await t.settled()
    expect(await ear.heard()).toEqual(['kept 2'])
  })

  it('by a self whose incarnation has ended is refused', async () => {
    await using t = await startSystem()
    let late = (): void => undefined
    const Old = service(import.meta, 'old', (self) => {
      late = () => self.publish('a', 1)
    })
    await (await t.spawn(Old)).$.stop()
    expect(late).toThrow(expect.objectContaining({ code: 'ERR_SERVICE_WITHDRAWN' }))
  })
})

describe.each([true, false])('what is published (strict: %s)', (strict) => {
  it('is a copy of its own for each subscription: who changes it changes nobody else’s', async () => {
    await using t = await startSystem({ strict })
    const value = { deep: { list: [1] } }
    const Mutating = service(import.meta, 'mutating', (self) => ({
      publish: () => {
        self.publish('a', value)
        value.deep.list.push(2)
      },
    }))
    const seen: unknown[] = []
    const mutate = ({ content }: Received): void => {
      seen.push(structuredClone(content))
      ;(content as typeof value).deep.list.push(3)
    }
    for (const pattern of ['*', 'a', 'a']) t.subscribe('mutating', pattern, mutate)
    t.subscribe(
      'mutating',
      '*',
      ({ content }) => {
        seen.push(content)
      },
      { overflow: 'latest' },
    )
    await (await t.spawn(Mutating)).publish()
    await t.settled()
    expect(seen).toEqual(Array.from({ length: 4 }, () => ({ deep: { list: [1] } })))
  })

  it('keeps cycles, shared references and the types of structured clone', async () => {
    await using t = await startSystem({ strict })
    const Rich = service(import.meta, 'rich', (self) => ({
      publish: () => {
        const date = new Date(1)
        const value: Record<string, unknown> = {
          map: new Map([[1, date]]),
          set: new Set(['x']),
          date,
          bytes: new Uint8Array([1, 2]),
          big: 3n,
        }
        value['self'] = value
        self.publish('a', value)
        for (const one of [undefined, null, 0, '', Number.NaN]) self.publish('primitive', one)
      },
    }))
    const seen: unknown[] = []
    t.subscribe('rich', '*', ({ content }) => void seen.push(content))
    await (await t.spawn(Rich)).publish()
    await t.settled()
    const [rich, ...primitives] = seen as [Record<string, unknown>, ...unknown[]]
    expect(primitives).toEqual([undefined, null, 0, '', Number.NaN])
    expect(rich).toMatchObject({ set: new Set(['x']), bytes: new Uint8Array([1, 2]), big: 3n })
    expect(rich['self']).toBe(rich)
    expect((rich['map'] as Map<number, Date>).get(1)).toBe(rich['date'])
  })

  it('may hold Remotes and bindings, which arrive as Remotes of who hears them', async () => {
    await using t = await startSystem({ strict })
    const Introducing = service(import.meta, 'introducing', (self) => ({
      publish: () => self.publish('me', { remote: self.remote, binding: self.remote.$.binding }),
      asked: () => self.request.sender.name,
    }))
    const answers: unknown[] = []
    const Asking = service(import.meta, 'asking', (self) => {
      self.subscribe('introducing', 'me', async ({ content }) => {
        const { remote, binding } = content as Record<string, { asked(): Promise<string> }>
        answers.push(await remote?.asked(), await binding?.asked())
      })
    })
    await t.spawn(Asking)
    await (await t.spawn(Introducing)).publish()
    await t.settled()
    expect(answers).toEqual(['asking', 'asking'])
  })
})

describe('the workers of a pool', () => {
  const Worker = service(import.meta, 'worker', (self) => ({
    work: (n: number) => self.publish('done', n),
    keep: (n: number) => self.publish('last', n, { lifetimeMs: Number.POSITIVE_INFINITY }),
    forget: () => self.publish('last', 0),
    crash: () => {
      throw new Error('in a worker')
    },
  }))

  it('publish as the pool, whoever of them it was', async () => {
    await using t = await startSystem()
    const pool = await t.pool(Worker, { size: 3, route: 'round-robin' })
    const seen: [unknown, string][] = []
    t.subscribe('worker', '*', ({ content, publisher }) => void seen.push([content, publisher.id]))
    t.subscribe(pool, 'done', ({ content, publisher }) => void seen.push([content, publisher.id]))
    await Promise.all(Array.from({ length: 6 }, (_, i) => pool.work(i)))
    await t.settled()
    expect(new Set(seen.map(([, id]) => id))).toEqual(new Set([pool.$.binding.id]))
    expect(seen.map(([n]) => n).toSorted()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  })

  it('share what is kept: one value for each subject, which outlives the worker', async () => {
    await using t = await startSystem()
    const pool = await t.pool(Worker, { size: 2, route: 'round-robin' })
    for (const n of [1, 2, 3]) await pool.keep(n)
    await pool.$.resize(1)
    const ear = await t.spawn(Ear)
    await ear.listen('worker', '*')
    await t.settled()
    expect(await ear.heard()).toEqual(['last 3'])
    await pool.forget()
    const late = await t.spawn(Ear)
    await late.listen('worker', '*')
    await t.settled()
    expect(await late.heard()).toEqual([])
  })
})

describe('the books', () => {
  it('add up: reports that are heard count as messages, those that nobody hears do not', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const before = t.stats().totals.sent
    await press.publishAll('n', 100)
    const unheard = t.stats().totals.sent - before
    t.subscribe('press', '*', () => undefined)
    t.subscribe('press', 'n', () => undefined)
    const between = t.stats().totals.sent
    await press.publishAll('n', 100)
    await t.settled()
    expect([unheard, t.stats().totals.sent - between]).toEqual([1, 201])
    expectNoSilentLoss(t.stats())
  })
})
