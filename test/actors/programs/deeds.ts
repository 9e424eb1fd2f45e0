/** The actors of random programs: they do as their arguments say, and note what no program may do. */

import { actor, service } from '../../../src/actors/define.js'
import type { ActorDefinition } from '../../../src/actors/definition-type.js'
import type { Remote } from '../../../src/actors/remote-type.js'
import type { FreeSelf } from '../../../src/actors/self-type.js'
import type { TestSystem } from '../../../src/testing/index.js'

export const ACTS = [
  ...['return', 'wait', 'throw', 'crash', 'stop', 'escalate', 'nested', 'tell'],
  ...['defer', 'answer early', 'never answer', 'forward', 'read', 'ask itself'],
] as const

export type Act = (typeof ACTS)[number]

/** What a method of a random program does. */
export interface Deed {
  readonly act: Act
  readonly ms: number
  /** Which actor it asks in its turn, and what that one does. */
  readonly other: number
  readonly next: Deed | null
}

/** What is watched while a program runs. */
export interface Watch {
  /** Generators that have begun, and those that have ended. */
  opened: number
  closed: number
  /** What must never be seen. */
  readonly wrong: string[]
}

export let watch: Watch = { opened: 0, closed: 0, wrong: [] }

interface Sleepers {
  system: TestSystem | null
  pending: { at: number; resolve: () => void }[]
  add(ms: number, resolve: () => void): void
  wake(until?: number): void
}

/** Waits by the virtual clock that belong to no actor. */
export const sleepers: Sleepers = {
  system: null,
  pending: [],
  add(ms, resolve) {
    this.pending.push({ at: (this.system?.clock.now() ?? 0) + ms, resolve })
  },
  wake(until) {
    const now = until ?? this.system?.clock.now() ?? 0
    const due = this.pending.filter(({ at }) => at <= now)
    this.pending = this.pending.filter(({ at }) => at > now)
    for (const one of due) one.resolve()
  },
}

export function beginWatch(system: TestSystem): void {
  watch = { opened: 0, closed: 0, wrong: [] }
  sleepers.system = system
  sleepers.pending = []
}

const sleep = (ms: number) => new Promise<void>((resolve) => void sleepers.add(ms, resolve))
const crash = () => Promise.reject(new Error('crash'))
const Escalates: ActorDefinition<object, number> = actor((child, ms: number) => void child.after(ms, crash))

/** Turns of one life, which with a concurrency of `limit` are never more than that at once. */
class Turns {
  readonly #self: FreeSelf
  readonly #limit: number
  #inside = 0

  constructor(self: FreeSelf, limit: number) {
    this.#self = self
    this.#limit = limit
  }

  /** Runs a part of a method; `self.request` is that of the method before, and after whatever it waits for. */
  async run<T>(tag: string, part: () => T | Promise<T>): Promise<T> {
    if (++this.#inside > this.#limit) watch.wrong.push(`${this.#inside} turns at once where ${this.#limit} may be`)
    this.#check(tag)
    try {
      return await part()
    } finally {
      this.#check(tag)
      this.#inside--
    }
  }

  #check(tag: string): void {
    const found = this.#tag()
    if (found !== undefined && found !== tag) watch.wrong.push(`self.request of "${found}" in the turn of "${tag}"`)
  }

  /** None once the actor has stopped or restarted under its method. */
  #tag(): string | undefined {
    try {
      return tagOf(this.#self)
    } catch {
      return undefined
    }
  }
}

const tagOf = (self: FreeSelf): string => self.request.properties['tag'] ?? self.request.id

function deeds(self: FreeSelf): Readonly<Record<Act, (deed: Deed, other: Remote | null) => unknown>> {
  const answerLater = ({ ms }: Deed, settle: 'resolve' | 'reject'): unknown => {
    const answer = self.request.defer<number>()
    self.after(ms, () => (settle === 'resolve' ? answer.resolve(ms) : answer.reject(new Error('put off and failed'))))
    return answer
  }
  const ask = ({ next }: Deed, other: Remote | null, how: (other: Remote, next: Deed) => unknown) =>
    other === null || next === null ? 'alone' : how(other, next)
  return {
    return: ({ ms }) => ms,
    wait: async ({ ms }) => await sleep(ms),
    throw: () => {
      throw new Error('thrown')
    },
    crash: async ({ ms }) => {
      self.after(ms, crash)
      await sleep(ms)
    },
    stop: async ({ ms }) => {
      self.stop()
      await sleep(ms)
    },
    escalate: ({ ms }) => void self.spawn(Escalates, { init: ms, supervision: { onFailure: 'escalate' } }),
    nested: async (deed, other) => await ask(deed, other, (of, next) => of.act(next, null)),
    tell: (deed, other) => ask(deed, other, (of, next) => of.$.tell.act(next, null)),
    defer: (deed) => answerLater(deed, deed.other % 2 === 0 ? 'resolve' : 'reject'),
    'answer early': async ({ ms }) => {
      self.request.defer<number>().resolve(ms)
      await sleep(ms)
      if (ms % 3 === 0) throw new Error('after its answer')
    },
    'never answer': () => self.request.defer(),
    forward: (deed, other) => ask(deed, other, (of) => self.request.forward(of, 'next')),
    read: async (deed, other) => await ask(deed, other, async (of, next) => await readSome(of.items(next, null, 100), deed.ms)),
    'ask itself': async (deed) => await ask(deed, self.remote, (me, next) => me.act(next, null)),
  }
}

/** Reads so many items, which must be in order, and leaves. */
export async function readSome(stream: AsyncIterable<number>, count: number): Promise<number> {
  let read = 0
  for await (const item of stream) {
    if (item !== read) watch.wrong.push(`item ${item} where ${read} should be`)
    if (++read > count) break
  }
  return read
}

const setup = (concurrency: number) => (self: FreeSelf) => {
  const turns = new Turns(self, concurrency)
  const table = deeds(self)
  const run = async (deed: Deed | null, other: Remote | null) => (deed === null ? null : await table[deed.act](deed, other))
  return {
    act: (deed: Deed, other: Remote | null) => turns.run(tagOf(self), () => run(deed, other)),
    next: (deed: Deed, other: Remote | null) => turns.run(tagOf(self), () => run(deed.next, other)),
    /** Yields numbers; does its deed before the middle one. */
    async *items(deed: Deed, other: Remote | null, count: number) {
      const tag = tagOf(self)
      watch.opened++
      try {
        for (let i = 0; i < count; i++) {
          if (i === count >> 1) await turns.run(tag, () => run(deed, other))
          yield await turns.run(tag, () => i)
        }
      } finally {
        watch.closed++
      }
    },
  }
}

const backoff = { onFailure: 'restart', backoff: { minMs: 20 }, budget: { restarts: 3, withinMs: 500 }, overdueMs: 45 } as const
export const supervision = backoff

export const Light = actor(setup(1))
export const Services = [
  service(import.meta, 'one', { supervision }, setup(1)),
  service(import.meta, 'two', { supervision, concurrency: 2 }, setup(2)),
  service(import.meta, 'many', { supervision, concurrency: Number.POSITIVE_INFINITY }, setup(Number.POSITIVE_INFINITY)),
  service(
    import.meta,
    'guarded',
    { supervision, authorise: ({ properties }) => !(properties['tag'] ?? '').endsWith('3'), around: async (_call, next) => await next() },
    setup(1),
  ),
] as const
