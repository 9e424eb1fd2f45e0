/** The commands of the model: each is done to the real router and to the model. */

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Deed, Service, Where } from './facts.js'
import { expectAgreement, GROUPS, NAMES } from './laws.js'
import type { Model } from './model.js'
import { isExpired, playDeeds } from './reports.js'
import type { RealService, RealThread, RealWorld } from './world.js'

const SLOTS = 4
/** Few, so that commands meet. */
const MOST_LIVING = 5
const PATTERNS = ['*', 'a', 'b?', 'a.*', '?', '*.b', '**', 'a.b'] as const
const SUBJECTS = ['a', 'b1', 'a.b', 'x', ''] as const
const LIFETIMES = [0, 25, 95, Number.POSITIVE_INFINITY] as const

const some = fc.nat(30)
const where: fc.Arbitrary<Where> = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => ({ name })),
  fc.constantFrom(...GROUPS).map((group) => ({ group })),
  fc.record({ name: fc.constantFrom(...NAMES), group: fc.constantFrom(...GROUPS) }),
)
/** `service` is an index among all that ever were. */
const target: fc.Arbitrary<Where> = fc.oneof(
  { arbitrary: where, weight: 3 },
  { arbitrary: some.map((service) => ({ service })), weight: 2 },
)

const steps = {
  spawn: fc.record({
    thread: some,
    name: fc.constantFrom('', ...NAMES),
    groups: fc.subarray([...GROUPS]),
    hidden: fc.nat(3).map((n) => n === 0),
  }),
  announce: fc.record({ of: some }),
  join: fc.record({ of: some, group: fc.constantFrom(...GROUPS) }),
  leave: fc.record({ of: some, group: fc.constantFrom(...GROUPS) }),
  regroup: fc.record({ of: some, group: fc.constantFrom(...GROUPS) }),
  stop: fc.record({ of: some }),
  lookup: fc.record({ thread: some, where, timeoutMs: fc.constantFrom(15, 55, 5005) }),
  observe: fc.record({ thread: some, where: fc.oneof(target, fc.constant({})) }),
  unobserve: fc.record({ thread: some, which: some }),
  watch: fc.record({ thread: some, service: some }),
  subscribe: fc.record({ of: some, where: target, pattern: some }),
  unsubscribe: fc.record({ which: some }),
  publish: fc.record({ of: some, subject: fc.constantFrom(...SUBJECTS), lifetimeMs: fc.constantFrom(...LIFETIMES) }),
  sendReport: fc.record({ of: some, to: some, subject: fc.constantFrom(...SUBJECTS) }),
  expire: fc.record({ of: some, pattern: some, ageMs: fc.constantFrom(0, 15, 55) }),
  advance: fc.record({ ms: fc.constantFrom(10, 30, 100) }),
  kill: fc.record({ thread: some }),
  start: fc.record({ slot: fc.nat(SLOTS - 1) }),
}

type Steps = { readonly [K in keyof typeof steps]: (typeof steps)[K] extends fc.Arbitrary<infer T> ? T : never }
/** How far frames get before the next command. */
type Pause = 'none' | 'some' | 'quiet'

type Weights = { readonly [K in keyof Steps]?: number }

/** All that can be done. */
export const ALL: Weights = {
  ...{ spawn: 5, announce: 2, join: 3, leave: 3, regroup: 2, stop: 2, lookup: 1, observe: 3, unobserve: 1, watch: 2 },
  ...{ subscribe: 6, unsubscribe: 2, publish: 8, sendReport: 2, expire: 1, advance: 2, kill: 1, start: 2 },
}
/** What makes reports and subscriptions meet on their way. */
export const REPORTS: Weights = {
  spawn: 2,
  join: 2,
  leave: 2,
  regroup: 2,
  stop: 1,
  subscribe: 6,
  unsubscribe: 1,
  publish: 6,
  sendReport: 1,
}

/** Commands, after each of which all comes to rest (`stepwise`), or not always. */
export function commandsOf(
  weights: Weights,
  stepwise: boolean,
  replayPath: string | undefined,
): fc.Arbitrary<Iterable<fc.AsyncCommand<Model, RealWorld>>> {
  const pause: fc.Arbitrary<Pause> = stepwise ? fc.constant('quiet') : fc.constantFrom('none', 'some', 'some', 'quiet')
  const all = Object.entries(weights).flatMap(([name, weight]) => {
    const kind = name as keyof Steps
    const one = fc.tuple(steps[kind] as fc.Arbitrary<never>, pause).map(([step, after]) => new Command(kind, step, after))
    return Array.from({ length: weight }, () => one)
  })
  return fc.commands(all, { maxCommands: 40, size: 'max', ...(replayPath === undefined ? {} : { replayPath }) })
}

class Command<K extends keyof Steps> implements fc.AsyncCommand<Model, RealWorld> {
  readonly #kind: K
  readonly #step: Steps[K]
  readonly #pause: Pause

  constructor(kind: K, step: Steps[K], pause: Pause) {
    this.#kind = kind
    this.#step = step
    this.#pause = pause
  }

  check(): boolean {
    return true
  }

  async run(model: Model, world: RealWorld): Promise<void> {
    await DEEDS[this.#kind](model, world, this.#step)
    if (this.#pause === 'some') await world.sim.step()
    if (this.#pause === 'quiet') await world.sim.settled()
    if (this.#pause === 'quiet') model.settle()
    expectAgreement(model, world, this.#pause === 'quiet')
  }

  toString(): string {
    return `${this.#kind} ${fc.stringify(this.#step)}${this.#pause === 'none' ? '' : `, ${this.#pause}`}`
  }
}

type Deeds = { readonly [K in keyof Steps]: (model: Model, world: RealWorld, step: Steps[K]) => unknown }

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length]
}

interface Both {
  readonly one: Service
  readonly real: RealService
}

/** One of the services that live, in the model and in truth. */
function living(model: Model, world: RealWorld, index: number): Both | undefined {
  const one = at(model.living, index)
  return one === undefined ? undefined : { one, real: world.services[one.number] as RealService }
}

function whereOf(world: RealWorld, { service, ...rest }: Where): Where | undefined {
  if (service === undefined) return rest
  return world.services.length === 0 ? undefined : { service: service % world.services.length }
}

const DEEDS: Deeds = {
  spawn: (model, world, { thread, name, groups, hidden }) => {
    if (model.living.length >= MOST_LIVING) return
    const { sim } = at(world.living, thread) as RealThread
    return world.spawn(sim.key, name, { groups, hidden })
  },
  announce: (model, world, { of }) =>
    membership(model, world, of, ({ one, real }) => {
      model.announce(one)
      return real.self.announce()
    }),
  join: (model, world, { of, group }) =>
    membership(model, world, of, ({ one, real }) => {
      model.join(one, group)
      return real.self.joinGroup(group)
    }),
  leave: (model, world, { of, group }) =>
    membership(model, world, of, ({ one, real }) => {
      model.leave(one, group)
      return real.self.leaveGroup(group)
    }),
  /** Leaves and is back before anybody can know, or the other way round. */
  regroup: async (model, world, { of, group }) => {
    const isMember = living(model, world, of)?.one.groups.includes(group) === true
    for (const deed of isMember ? [DEEDS.leave, DEEDS.join] : [DEEDS.join, DEEDS.leave, DEEDS.join]) await deed(model, world, { of, group })
  },
  stop: (model, world, { of }) =>
    membership(model, world, of, ({ one, real }) => {
      model.stop(one)
      real.self.stop()
    }),
  lookup: (_, world, { thread, where: wanted, timeoutMs }) => world.lookup(at(world.living, thread) as RealThread, wanted, timeoutMs),
  observe: (_, world, { thread, where: given }) => {
    const found = whereOf(world, given)
    if (found !== undefined) world.observe(at(world.living, thread) as RealThread, found)
  },
  unobserve: (_, world, { thread, which }) => {
    const observer = at((at(world.living, thread) as RealThread).observers, which)
    if (observer === undefined) return
    observer.handle.close()
    observer.closed = true
  },
  watch: (_, world, { thread, service }) => {
    if (world.services.length > 0) world.watch(at(world.living, thread) as RealThread, service % world.services.length)
  },
  subscribe: (model, world, { of, where: given, pattern }) => {
    const subscriber = living(model, world, of)
    const found = whereOf(world, given)
    if (subscriber === undefined || found === undefined) return
    // A publisher is told the pattern and the subscriber: one that has several of a pattern could not tell them apart.
    const { number } = subscriber.one
    const used = world.subscriptions.filter((one) => one.subscriber === number).map((one) => one.pattern)
    const free = PATTERNS.filter((one) => !used.includes(one))
    if (free.length > 0) world.subscribe(number, found, at(free, pattern) as string)
  },
  unsubscribe: (_, world, { which }) => {
    const subscription = at(world.subscriptions, which)
    if (subscription === undefined) return
    subscription.handle.close()
    subscription.closed = true
  },
  publish: (model, world, { of, subject, lifetimeMs }) =>
    membership(model, world, of, ({ one, real }) => {
      const serial = ++world.serial
      one.deeds.push({ kind: 'publish', subject, serial, lifetimeMs, atMs: world.nowMs })
      real.self.publish(subject, { serial }, { lifetimeMs })
    }),
  sendReport: (model, world, { of, to, subject }) =>
    membership(model, world, of, ({ one, real }) => {
      const receiver = at(world.services, to) as RealService
      const number = world.services.indexOf(receiver)
      const hears = playDeeds(one.deeds).epochs.some(({ open, subscriber }) => open && subscriber === number)
      const serial = ++world.serial
      one.deeds.push({ kind: 'send', to: number, subject, serial, atMs: world.nowMs })
      expect(real.self.sendReport(receiver.binding, subject, { serial })).toBe(hears)
    }),
  expire: (model, world, { of, pattern, ageMs }) =>
    membership(model, world, of, ({ one, real }) => {
      const deed: Extract<Deed, { kind: 'expire' }> = { kind: 'expire', pattern: at(PATTERNS, pattern) as string, ageMs, atMs: world.nowMs }
      const { kept } = playDeeds(one.deeds)
      const forgotten = kept.filter((value) => value.expiresMs > deed.atMs && isExpired(value, deed)).length
      one.deeds.push(deed)
      expect(real.self.expireReports(deed.pattern, ageMs)).toBe(forgotten)
    }),
  advance: (model, world, { ms }) => {
    const moved = world.sim.advance(ms)
    return moved.then(() => model.settle())
  },
  kill: (model, world, { thread }) => {
    const victim = at(world.living, thread) as RealThread
    if (world.living.length === 1) return
    model.kill(victim.sim.key)
    world.sim.kill(victim.sim)
  },
  start: (model, world, { slot }) => {
    if (world.living.some(({ sim }) => sim.slot === slot)) return
    model.start(world.start(slot))
  },
}

function membership(model: Model, world: RealWorld, of: number, act: (both: Both) => unknown): unknown {
  const both = living(model, world, of)
  return both === undefined ? undefined : act(both)
}
