/** The real router under the commands: simulated threads, their services, and a record of all that anybody hears. */

import { service } from '../../../src/actors/define.js'
import { type Binding, factsOf } from '../../../src/actors/kernel/binding.js'
import type { Cell } from '../../../src/actors/kernel/cell.js'
import type { Notice } from '../../../src/actors/kernel/visibility.js'
import { type SimulatedThread, SimulatedThreads } from '../../../src/testing/simulated-threads.js'
import { recordingLog } from '../../actors/evidence.js'
import { type Change, type Observer, printChange, printReport, type Where } from './facts.js'
import type { Model } from './model.js'
import type { View } from './view.js'

interface Handle {
  readonly ready: Promise<void>
  close(): void
}

/** What the tests use of `self` and of the system: the same verbs, without their types. */
export interface Agent {
  lookup(where: unknown, options: { timeoutMs: number }): Promise<{ readonly $: { readonly binding: Binding } }>
  tryLookup(where: unknown): { readonly $: { readonly binding: Binding } } | undefined
  lookupAll(where: unknown): readonly Binding[]
  announcements(where: unknown, listener: (heard: never) => void): Handle
  watch(binding: Binding, listener: (end: { readonly binding: Binding; readonly reason: string }) => void): Handle
  subscribe(where: unknown, pattern: string, listener: (report: never) => void): Handle
}

export interface OwnAgent extends Agent {
  publish(subject: string, value: unknown, options: { lifetimeMs?: number }): void
  sendReport(to: Binding, subject: string, value: unknown): boolean
  expireReports(pattern: string, ageMs: number): number
  onSubscription(listener: (notice: never) => void): Handle
  joinGroup(group: string): Promise<void>
  leaveGroup(group: string): Promise<void>
  announce(): Promise<void>
  stop(): void
}

interface Init {
  readonly take: number
}

/** Selves that have begun, by the number that they were given; a service cannot be given a function. */
const taken = new Map<number, OwnAgent>()
let takes = 0
const setup = (self: unknown, { take }: Init): void => void taken.set(take, self as OwnAgent)
/** Without names; `name` of `spawn` gives them one. */
const Seen = service(import.meta, '', setup)
const Hidden = service(import.meta, '', { visibility: 'hidden' }, setup)

export interface RealThread {
  readonly sim: SimulatedThread
  readonly agent: Agent
  /** What it has learned, in order. */
  readonly learned: Change[]
  /** When. */
  readonly atMs: number[]
  /** What its observers heard, in order. */
  readonly heard: string[]
  readonly observers: (Observer & { readonly handle: Handle })[]
}

export interface RealService {
  readonly thread: RealThread
  readonly self: OwnAgent
  readonly binding: Binding
  /** What its `onSubscription` has told it. */
  readonly noticed: string[]
  /** What it knows by announcements, which share its mailbox with the reports it hears. */
  readonly view: View
}

export interface Subscription {
  readonly subscriber: number
  readonly where: Where
  readonly pattern: string
  /** By publisher: what was heard each time that the publisher fitted. */
  readonly heard: Map<number, string[][]>
  readonly handle: Handle
  /** Those whose reports it may hear now, as it was told. */
  readonly fitting: Set<number>
  isReady: boolean
  closed: boolean
}

export interface Lookup {
  readonly thread: RealThread
  readonly where: Where
  readonly from: number
  readonly dueMs: number
  outcome: string
}

export interface Watch {
  readonly thread: RealThread
  readonly service: number
  readonly heard: string[]
}

export class RealWorld {
  readonly sim: SimulatedThreads
  readonly threads = new Map<string, RealThread>()
  readonly services: RealService[] = []
  readonly subscriptions: Subscription[] = []
  readonly lookups: Lookup[] = []
  readonly watches: Watch[] = []
  readonly faults: string[] = []
  serial = 0
  readonly #model: Model
  readonly #numbers = new Map<string, number>()

  constructor(model: Model, seed: number) {
    this.#model = model
    this.sim = new SimulatedThreads({ seed, log: recordingLog() })
  }

  get nowMs(): number {
    return this.sim.time.now()
  }

  get living(): readonly RealThread[] {
    return [...this.threads.values()].filter(({ sim }) => sim.alive)
  }

  start(slot: number): string {
    const sim = this.sim.start(slot)
    const agent = sim.agent as unknown as Agent
    const thread: RealThread = { sim, agent, learned: [], atMs: [], heard: [], observers: [] }
    this.threads.set(sim.key, thread)
    sim.core.directory.observe({ interest: {}, notify: (notice) => this.#learn(thread, notice) })
    return sim.key
  }

  async spawn(key: string, name: string, { groups, hidden }: { groups: readonly string[]; hidden: boolean }): Promise<void> {
    const thread = this.threads.get(key) as RealThread
    const take = takes++
    const { number, deeds } = this.#model.spawn(key, name, groups, !hidden)
    const spawned = thread.sim.spawn(hidden ? Hidden : Seen, { ...(name === '' ? {} : { name }), groups, init: { take } })
    const { binding } = ((await spawned) as { $: { binding: Binding } }).$
    this.#numbers.set(binding.id, number)
    const self = taken.get(take) as OwnAgent
    taken.delete(take)
    const noticed: string[] = []
    const view = this.#model.newView()
    this.services.push({ thread, self, binding, noticed, view })
    self.announcements({}, ({ kind, status, binding: of, group }: Announced) => {
      view.apply({ kind, status, group, service: this.numberOf(of.id) })
      for (const one of this.subscriptions) if (one.subscriber === number) this.#refit(one)
    })
    const cell = thread.sim.core.cells.get(factsOf(binding).cell) as Cell
    thread.sim.core.directory.reports.watch(cell, ({ status, pattern, subscriber }) => {
      const kind = status === 'requested' ? 'begin' : 'end'
      deeds.push({ kind, subscriber: this.numberOf(subscriber.id), pattern, atMs: this.nowMs })
    })
    self.onSubscription(({ status, pattern, subscriber }: { status: string; pattern: string; subscriber: Binding }) => {
      noticed.push(`${status} ${pattern} ${this.numberOf(subscriber.id)}`)
    })
  }

  numberOf(id: string): number {
    return this.#numbers.get(id) ?? -1
  }

  /** What a program would give to say who it means. */
  target({ name, group, service: number }: Where): object {
    const address = number === undefined ? undefined : this.#service(number).binding.address
    return {
      ...(name === undefined ? {} : { name }),
      ...(group === undefined ? {} : { group }),
      ...(address === undefined ? {} : { address }),
    }
  }

  observe(thread: RealThread, where: Where): void {
    const number = thread.observers.length
    const handle = thread.agent.announcements(this.target(where), ({ kind, status, binding, group, reason }: Announced) => {
      if (observer.closed) this.faults.push(`observer ${number} of thread ${thread.sim.key} was told something after close()`)
      thread.heard.push(`${number}: ${printChange({ kind, status, group, reason, service: this.numberOf(binding.id) })}`)
    })
    const observer = { number, where, from: thread.learned.length, closed: false, handle }
    thread.observers.push(observer)
  }

  subscribe(subscriber: number, where: Where, pattern: string): void {
    const { self } = this.#service(subscriber)
    const target = where.service === undefined ? this.target(where) : this.#service(where.service).binding
    const heard: Subscription['heard'] = new Map()
    const handle = self.subscribe(target, pattern, (report: Reported) => this.#hear(subscription, report))
    const subscription: Subscription = { subscriber, where, pattern, heard, handle, isReady: false, closed: false, fitting: new Set() }
    this.subscriptions.push(subscription)
    this.#refit(subscription)
    void handle.ready.then(() => {
      subscription.isReady = true
    })
  }

  /** Its subscriber has learned something: who fits now? */
  #refit({ subscriber, where, fitting, heard }: Subscription): void {
    const { view } = this.#service(subscriber)
    const fits = where.service === undefined ? view.select(where) : [where.service]
    for (const one of fitting) if (!fits.includes(one)) fitting.delete(one)
    for (const one of fits) if (!fitting.has(one)) heard.set(one, [...(heard.get(one) ?? []), []])
    for (const one of fits) fitting.add(one)
  }

  #hear({ subscriber, pattern, closed, heard, fitting }: Subscription, report: Reported): void {
    const publisher = this.numberOf(report.publisher.id)
    const { view } = this.#service(subscriber)
    const fault = (what: string): void => void this.faults.push(`the subscription of service ${subscriber} to "${pattern}" ${what}`)
    if (closed) fault('heard something after close()')
    if (!fitting.has(publisher)) fault(`heard ${publisher}, which does not fit`)
    if (report.missed > 0) fault(`missed ${report.missed} reports`)
    if (report.pattern !== '' && report.pattern !== pattern) fault(`was told "${report.pattern}"`)
    const groups = view.groupsOf(publisher)
    if (view.select({}).includes(publisher) && `${report.publisher.groups}` !== `${groups}`)
      fault(`was told that ${publisher} is in ${report.publisher.groups}; it is in ${groups}`)
    const how = report.pattern === '' ? 'unmatched' : report.retained ? 'retained' : 'published'
    heard
      .get(publisher)
      ?.at(-1)
      ?.push(printReport(report.content.serial, report.subject, how))
  }

  lookup(thread: RealThread, where: Where, timeoutMs: number): void {
    const lookup: Lookup = { thread, where, from: thread.learned.length, dueMs: this.nowMs + timeoutMs, outcome: 'pending' }
    this.lookups.push(lookup)
    thread.agent.lookup(this.target(where), { timeoutMs }).then(
      (remote) => {
        lookup.outcome = `${this.numberOf(remote.$.binding.id)}`
      },
      (error: { code: string }) => {
        lookup.outcome = error.code
      },
    )
  }

  watch(thread: RealThread, number: number): void {
    const heard: string[] = []
    this.watches.push({ thread, service: number, heard })
    thread.agent.watch(this.#service(number).binding, ({ binding, reason }) => void heard.push(`${this.numberOf(binding.id)} ${reason}`))
  }

  #service(number: number): RealService {
    return this.services[number] as RealService
  }

  #learn(thread: RealThread, { kind, status, group, facts, reason }: Notice): void {
    // A service is announced before its spawner hears of it.
    if (!this.#numbers.has(facts.id)) this.#numbers.set(facts.id, this.services.length)
    thread.learned.push({ kind, status, service: this.numberOf(facts.id), group, reason })
    thread.atMs.push(this.nowMs)
  }
}

interface Announced extends Omit<Change, 'service'> {
  readonly binding: Binding
}

interface Reported {
  readonly publisher: Binding
  readonly subject: string
  readonly pattern: string
  readonly content: { readonly serial: number }
  readonly retained: boolean
  readonly missed: number
}
