import type { Logger } from '../../base/world.js'
import type { DefinitionRecord } from '../definition.js'
import { Binding } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { createPool } from '../pool/pool.js'
import { quote } from '../quote.js'
import type { Request } from '../request-type.js'
import { parseCron } from '../timing/cron-schedule.js'
import { IdleWatch } from '../timing/idle-watch.js'
import type { Timing } from '../timing/timer-entry.js'
import { currentRequest } from '../turns/context.js'
import { deadSelf, typedFailure } from '../turns/failing.js'
import { stopCell } from '../turns/stopping.js'
import { actorLog } from './actor-log.js'
import { ActorTimers } from './actor-timers.js'
import { AgentVerbs } from './agent.js'
import { factsOfCell } from './facts.js'
import { announce, joinGroup, leaveGroup } from './membership.js'
import { expireReports, onSubscription, publish, sendReport } from './publishing.js'
import { createRemote } from './remote.js'
import { spawn } from './spawning.js'

/** How long the running method may take after `self.stop()`. */
const FINISH_MS = 30_000
/** About two years: what the wheel holds. */
const LONGEST_MS = 6e10

/** `self`: what one incarnation of an actor can do. After a restart or stop its verbs throw. */
export class Self {
  readonly #core: Core
  readonly #life: Life
  #remote: object | null = null

  constructor(core: Core, life: Life) {
    this.#core = core
    this.#life = life
  }

  get name(): string {
    return this.#life.cell.name
  }

  get audience(): string {
    return this.#life.cell.spec.audience
  }

  get groups(): readonly string[] {
    return this.#life.cell.groups
  }

  get id(): string {
    return this.#life.cell.id
  }

  get address(): string {
    return new Binding(factsOfCell(this.#core, this.#life.cell)).address
  }

  get thread(): number {
    return this.#core.slot
  }

  get system(): unknown {
    return this.#core.facts
  }

  get remote(): object {
    const { cell } = this.#life
    const contract = cell.spec.definition.contract?.['~spec'] ?? null
    this.#remote ??= createRemote({ core: this.#core, life: this.#life, target: cell, contract, options: null })
    return this.#remote
  }

  get signal(): AbortSignal {
    const { cell, dead } = this.#life
    if (dead) return AbortSignal.abort(deadSelf(cell))
    cell.controller ??= new AbortController()
    return cell.controller.signal
  }

  get log(): Logger {
    return actorLog(this.#core.world.log, this.#life.cell)
  }

  get request(): Request {
    const { cell, dead } = this.#life
    if (dead) throw deadSelf(cell)
    const current = currentRequest(this.#core, cell)
    if (current === null) {
      throw new Error('self.request is there only while a method runs; keep what you need of it before the method ends')
    }
    return this.#core.viewOf(cell, current)
  }

  lookup(target: unknown, options?: object): Promise<object> {
    return this.#agent().lookup(target, options)
  }

  tryLookup(target: unknown): object | undefined {
    return this.#agent().tryLookup(target)
  }

  lookupAll(filter: unknown): readonly Binding[] {
    return this.#agent().lookupAll(filter)
  }

  client(target: unknown, options?: object): object {
    return this.#agent().client(target, options)
  }

  call(target: unknown, method: unknown, args: unknown, options?: object): Promise<unknown> {
    return this.#agent().call(target, method, args, options)
  }

  offload(task: unknown, args: unknown, options?: unknown): Promise<unknown> {
    return this.#agent().offload(task, args, options)
  }

  subscribe(target: unknown, pattern: unknown, ...rest: readonly unknown[]): object {
    return this.#agent().subscribe(target, pattern, ...rest)
  }

  announcements(filter: unknown, ...rest: readonly unknown[]): object {
    return this.#agent().announcements(filter, ...rest)
  }

  watch(target: unknown, listener: unknown): object {
    return this.#agent().watch(target, listener)
  }

  publish(subject: unknown, value: unknown, options?: object): void {
    publish(this.#core, this.#living('publish'), [subject, value], options)
  }

  sendReport(to: unknown, subject: unknown, value: unknown): boolean {
    return sendReport(this.#core, this.#living('sendReport'), to, [subject, value])
  }

  expireReports(pattern: unknown, ageMs?: number): number {
    return expireReports(this.#core, this.#living('expireReports'), pattern, ageMs)
  }

  onSubscription(listener: unknown): object {
    return onSubscription(this.#core, this.#living('onSubscription'), listener)
  }

  async joinGroup(group: unknown): Promise<void> {
    joinGroup(this.#core, this.#living('joinGroup').cell, group)
  }

  async leaveGroup(group: unknown): Promise<void> {
    leaveGroup(this.#core, this.#living('leaveGroup').cell, group)
  }

  async announce(): Promise<void> {
    announce(this.#core, this.#living('announce').cell)
  }

  spawn(definition: unknown, options?: unknown): object {
    return spawn(this.#core, this.#life, definition, options, 'inline')
  }

  pool(definition: unknown, options: unknown): Promise<object> {
    return createPool(this.#core, this.#living('pool'), definition, options)
  }

  after(ms: number, run: () => unknown, key?: string): string {
    return this.#timer({ kind: 'after', delayMs: checkDelay(ms, 0, 'after()') }, run, key)
  }

  every(ms: number, run: () => unknown, key?: string): string {
    return this.#timer({ kind: 'every', periodMs: checkDelay(ms, 1, 'every()') }, run, key)
  }

  at(moment: Date | number, run: () => unknown, key?: string): string {
    const epochMs = moment instanceof Date ? moment.getTime() : moment
    if (!Number.isFinite(epochMs)) throw new TypeError(`at(): moment is ${quote(moment)}; give a Date or milliseconds since the epoch`)
    return this.#timer({ kind: 'at', epochMs }, run, key)
  }

  cron(spec: string, run: () => unknown, key?: string, options?: unknown): string {
    return this.#timer({ kind: 'cron', schedule: parseCron(spec, options) }, run, key)
  }

  cancelTimer(key: string): boolean {
    const { timers } = this.#living('cancelTimer').cell
    return timers instanceof ActorTimers && timers.cancel(key)
  }

  failure(code: unknown, data?: unknown, description?: string): Error {
    const { cell } = this.#life
    return typedFailure(cell, checkCode(cell.spec.definition, code), data, description)
  }

  onStop(clean: (reason: string) => unknown): void {
    const { cell } = this.#living('onStop')
    if (typeof clean !== 'function') throw new TypeError(`onStop(): ${quote(clean)} is not a function; give what cleans up`)
    cell.stopHooks ??= []
    cell.stopHooks.push(clean)
  }

  stop(reason?: string): void {
    const { cell } = this.#living('stop')
    if (reason !== undefined) this.log.info(`stops: ${reason}`)
    void stopCell(this.#core, cell, 'stopped', { finishMs: FINISH_MS, said: reason })
  }

  idleStop(ms: number): void {
    const { cell } = this.#living('idleStop')
    if (ms !== Number.POSITIVE_INFINITY) checkDelay(ms, 1, 'idleStop()', ', or Infinity for never')
    cell.idleWatch?.end()
    const isWorker = cell.publishesAs !== null
    const isOff = ms === Number.POSITIVE_INFINITY || isWorker || cell.ending !== null
    cell.idleWatch = isOff ? null : new IdleWatch(this.#core, cell, ms)
  }

  #living(_verb: string): Life {
    if (this.#life.dead) throw deadSelf(this.#life.cell)
    return this.#life
  }

  #agent(): AgentVerbs {
    return new AgentVerbs(this.#core, this.#life)
  }

  #timer(timing: Timing, run: () => unknown, key: string | undefined): string {
    const { cell } = this.#living('timer')
    if (typeof run !== 'function') throw new TypeError(`${timing.kind}(): ${quote(run)} is not a function; give what the timer runs`)
    if (key !== undefined && typeof key !== 'string') throw new TypeError(`${timing.kind}(): key is ${quote(key)}; give a string`)
    if (!(cell.timers instanceof ActorTimers)) cell.timers = new ActorTimers(this.#core, cell)
    return (cell.timers as ActorTimers).set(timing, run, key)
  }
}

function checkDelay(ms: unknown, least: number, action: string, more = ''): number {
  if (typeof ms === 'number' && ms >= least && ms <= LONGEST_MS) return ms
  throw new TypeError(`${action}: delay is ${quote(ms)}; give milliseconds from ${least} to ${LONGEST_MS} (about two years)${more}`)
}

function checkCode(definition: DefinitionRecord, code: unknown): string {
  if (typeof code !== 'string' || code === '') throw new TypeError(`failure(): code is ${quote(code)}; give a string such as "Overflow"`)
  if (code.startsWith('ERR_')) throw new TypeError(`failure(): code "${code}" begins with ERR_, which is the framework's; give another`)
  const errors = definition.contract?.['~spec'].errors
  if (errors !== undefined && !Object.hasOwn(errors, code)) {
    throw new TypeError(
      `failure(): contract "${definition.contract?.name}" has no error "${code}"; it has ${Object.keys(errors).join(', ') || 'none'}`,
    )
  }
  return code
}
