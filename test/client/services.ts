/** Services that tests call from outside. */
import { z } from 'zod'
import { contract, method, report, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { remote } from '../../src/actors/facade/remote-schema.js'

export const MathApi = contract('math', {
  methods: {
    multiply: method([z.number(), z.number()], z.number()),
    divide: method([z.number(), z.number()], z.number()),
    who: method([], z.record(z.string(), z.string())),
    echo: method([z.unknown()], z.unknown()),
    note: method([z.string()]),
    noted: method([], z.array(z.string())),
    wait: method([], z.void(), { timeoutMs: 60_000 }),
    count: stream([z.int()], z.int()),
    failing: stream([z.int()], z.int()),
    silent: stream([], z.int()),
    aborted: method([], z.array(z.string())),
    publish: method([z.string(), z.unknown(), z.boolean()]),
    greet: method([z.string()], z.int()),
    room: method([], remote<{ say(text: string): string }>()),
    ask: method([remote<{ say(text: string): string }>()], z.string()),
    end: method(),
  },
  reports: { 'load.*': report(z.unknown()), greeting: z.string() },
  errors: { DivisionByZero: z.object({ dividend: z.number(), at: z.date() }) },
})

const Room = actor(() => ({ say: (text: string) => `said ${text}` }))

export const MathService = service(import.meta, MathApi, { groups: ['web'], concurrency: 50 }, (self) => {
  const noted: string[] = []
  const aborted: string[] = []
  const subscribers = new Map<string, Parameters<Parameters<typeof self.onSubscription>[0]>[0]['subscriber']>()
  self.onSubscription(({ status, subscriber }) => {
    if (status === 'requested') subscribers.set(subscriber.id, subscriber)
    else subscribers.delete(subscriber.id)
  })
  const hear = (what: string): void => self.request.signal.addEventListener('abort', () => void aborted.push(what))
  return {
    multiply: (x, y) => x * y,
    divide(x, y) {
      if (y === 0) throw self.failure('DivisionByZero', { dividend: x, at: new Date(1) }, 'nothing can be divided by zero')
      return x / y
    },
    who: () => ({ ...self.request.properties }),
    echo: (value) => value,
    note: (text) => void noted.push(text),
    noted: () => noted,
    wait() {
      hear('wait')
      return new Promise<void>(() => undefined)
    },
    async *count(to) {
      for (let i = 0; i < to; i++) yield i
    },
    async *failing(after) {
      for (let i = 0; i < after; i++) yield i
      throw self.failure('DivisionByZero', { dividend: after, at: new Date(2) })
    },
    async *silent() {
      hear('silent')
      await new Promise<void>(() => undefined)
      yield 0
    },
    aborted: () => aborted,
    publish: (subject, value, isKept) => self.publish(subject as 'load.cpu', value, { lifetimeMs: isKept ? Number.POSITIVE_INFINITY : 0 }),
    greet(text) {
      for (const subscriber of subscribers.values())
        self.sendReport(subscriber, 'greeting', `${text} ${[...subscribers.keys()].indexOf(subscriber.id)}`)
      return subscribers.size
    },
    room: () => self.spawn(Room),
    ask: (room) => room.say('hello'),
    end: () => self.stop(),
  }
})

export const Clock = service(import.meta, 'clock', { groups: ['web'] }, (_self, tag: string) => ({ tag: () => tag }))

export const BlanksApi = contract('blanks', { methods: { some: stream([z.int()], z.undefined()) } })

export const Blanks = service(import.meta, BlanksApi, { groups: ['web'] }, () => ({
  async *some(count) {
    for (let i = 0; i < count; i++) yield undefined
  },
}))

export const Hidden = service(import.meta, 'hidden', (self) => ({ tag: () => 'hidden', tell: () => self.publish('load.secret', 1) }))
