/** What the real router and the model must agree on. */

import { expect } from 'vitest'
import { type Epoch, printChange, type Service, type Where } from './facts.js'
import type { Model } from './model.js'
import { playDeeds } from './reports.js'
import type { Lookup, RealService, RealThread, RealWorld, Subscription, Watch } from './world.js'

export const NAMES = ['a', 'b'] as const
export const GROUPS = ['g', 'h'] as const

const WHERES: readonly Where[] = [
  {},
  ...NAMES.map((name) => ({ name })),
  ...GROUPS.map((group) => ({ group })),
  ...NAMES.flatMap((name) => GROUPS.map((group) => ({ name, group }))),
]

/** What must hold at any moment, also while frames are on their way. */
export function expectAgreement(model: Model, world: RealWorld, quiet: boolean): void {
  for (const thread of world.living) {
    expectLearned(model, thread, quiet)
    expectLookups(model, world, thread)
  }
  expect(world.faults).toEqual([])
  if (quiet) expectQuietAgreement(model, world)
}

function expectQuietAgreement(model: Model, world: RealWorld): void {
  for (const thread of world.living) expectHeard(model, thread)
  for (const lookup of world.lookups) if (lookup.thread.sim.alive) expectOutcome(model, world, lookup)
  for (const watch of world.watches) if (watch.thread.sim.alive) expectWatched(model, watch)
  for (const one of model.living) expectSubscribers(model, world, one)
  for (const subscription of world.subscriptions) expectReports(model, world, subscription)
}

/** Each thread learns what another did in the order in which that did it; of one that died a beginning, and then its end. */
function expectLearned(model: Model, { sim, learned }: RealThread, quiet: boolean): void {
  for (const of of model.threads.keys()) {
    const got = learned.filter(({ service }) => model.services[service]?.thread === of).map(printChange)
    const may = model.learned(sim.key, of, quiet).map((changes) => changes.map(printChange))
    if (!may.some((one) => isEqual(one, got))) expect({ thread: sim.key, of, got }).toEqual({ thread: sim.key, of, got: may.at(-1) })
  }
}

function expectLookups(model: Model, world: RealWorld, { sim, agent, learned }: RealThread): void {
  const view = model.view(learned)
  for (const where of WHERES) {
    const target = world.target(where)
    const found = agent.lookupAll(target)
    const seen = found.map(({ id, groups }) => `${world.numberOf(id)} ${groups}`)
    const wanted = view.select(where).map((one) => `${one} ${view.groupsOf(one)}`)
    if (!isEqual(seen, wanted)) expect({ thread: sim.key, where, seen }).toEqual({ thread: sim.key, where, seen: wanted })
    const isFilter = where.name === undefined && where.group === undefined
    if (!isFilter && agent.tryLookup(target)?.$.binding.id !== found[0]?.id)
      expect.fail(`tryLookup(${JSON.stringify(where)}) found another`)
  }
}

/** Observers of one thread are told in one order; one that was closed has been told a beginning. */
function expectHeard(model: Model, { sim, learned, heard, observers }: RealThread): void {
  const open = observers.filter(({ closed }) => !closed)
  const isOpen = (text: string): boolean => open.some(({ number }) => text.startsWith(`${number}: `))
  expect({ thread: sim.key, heard: heard.filter(isOpen) }).toEqual({ thread: sim.key, heard: model.heard(learned, open) })
  for (const one of observers.filter(({ closed }) => closed)) {
    const got = heard.filter((text) => text.startsWith(`${one.number}: `))
    expect(got).toEqual(model.heard(learned, [one]).slice(0, got.length))
  }
}

function expectOutcome(model: Model, world: RealWorld, { thread, where, from, dueMs, outcome }: Lookup): void {
  const expected = (): string => {
    for (let i = from; i <= thread.learned.length; i++) {
      if (i > from && (thread.atMs[i - 1] as number) > dueMs) break
      const [first] = model.view(thread.learned.slice(0, i)).select(where)
      if (first !== undefined) return `${first}`
    }
    return world.nowMs > dueMs ? 'ERR_SERVICE_UNAVAILABLE' : 'pending'
  }
  expect(outcome).toBe(expected())
}

function expectWatched(model: Model, { service, heard }: Watch): void {
  const { over } = model.services[service] as Service
  if (over === null) return expect(heard).toEqual([])
  expect(heard).toHaveLength(1)
  expect([`${service} stopped`, `${service} crashed`]).toContain(heard[0])
  if (over === 'crashed') expect(heard[0]).toBe(`${service} crashed`)
}

/** Both sides see who has subscribed. */
function expectSubscribers(model: Model, world: RealWorld, { number, deeds }: Service): void {
  const { noticed, thread } = world.services[number] as RealService
  if (!thread.sim.alive) return
  const tapped = deeds.flatMap((deed) =>
    deed.kind === 'begin' || deed.kind === 'end'
      ? `${deed.kind === 'begin' ? 'requested' : 'withdrawn'} ${deed.pattern} ${deed.subscriber}`
      : [],
  )
  expect({ publisher: number, noticed }).toEqual({ publisher: number, noticed: tapped })
  const wanted = world.subscriptions.filter((one) => isHearing(model, world, one) && hears(model, world, one, number))
  const open = playDeeds(deeds).epochs.filter((epoch) => epoch.open)
  const print = ({ subscriber, pattern }: { subscriber: number; pattern: string }): string => `${subscriber} ${pattern}`
  expect({ publisher: number, open: open.map(print).sort() }).toEqual({ publisher: number, open: wanted.map(print).sort() })
}

function expectReports(model: Model, world: RealWorld, subscription: Subscription): void {
  const { subscriber, pattern, heard, isReady } = subscription
  const { thread } = world.services[subscriber] as RealService
  if (thread.sim.alive) expect({ subscriber, pattern, isReady }).toEqual({ subscriber, pattern, isReady: true })
  for (const [number, got] of heard) {
    const { deeds, over } = model.services[number] as Service
    const epochs = playDeeds(deeds).epochs.filter((one) => one.subscriber === subscriber && one.pattern === pattern)
    const whole = over === null && isHearing(model, world, subscription) && hears(model, world, subscription, number)
    if (mayHaveHeard(got, epochs, whole)) continue
    expect({ subscriber, pattern, publisher: number, got }).toEqual({ subscriber, pattern, publisher: number, got: epochs })
  }
}

/**
 * Whether a subscription may have heard this of a publisher. Each `stretch` is what it heard between its thread learning that
 * the publisher fits and that it does not any more: a beginning of what the publisher had for it one time. The last is all
 * that there was, when it must be `whole`.
 */
function mayHaveHeard(stretches: readonly (readonly string[])[], epochs: readonly Epoch[], whole: boolean): boolean {
  let next = 0
  for (const stretch of whole ? stretches.slice(0, -1) : stretches) {
    if (stretch.length === 0) continue
    next = epochs.findIndex(({ reports }, i) => i >= next && stretch.every((report, at) => report === reports[at])) + 1
    if (next === 0) return false
  }
  if (!whole) return true
  const [last, heard] = [epochs.at(-1), stretches.at(-1) ?? []]
  return (
    last?.open === true && next < epochs.length && last.reports.length === heard.length && last.reports.every((one, i) => one === heard[i])
  )
}

function isHearing(model: Model, world: RealWorld, { subscriber, closed }: Subscription): boolean {
  return !closed && model.services[subscriber]?.over === null && (world.services[subscriber] as RealService).thread.sim.alive
}

/** Whether a subscription is to a service that lives: of a hidden one only who has its binding hears. */
function hears(model: Model, world: RealWorld, { subscriber, where }: Subscription, publisher: number): boolean {
  if (where.service !== undefined) return where.service === publisher
  const view = model.view((world.services[subscriber] as RealService).thread.learned)
  return view.select(where).includes(publisher)
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i])
}
