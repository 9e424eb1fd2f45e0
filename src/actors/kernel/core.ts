import { type ActorId, actorId, cellNumber, slotOf } from '../../base/ids.js'
import type { World } from '../../base/world.js'
import type { ValueContext } from '../../codec/context.js'
import { OWN_LIMITS } from '../../codec/limits.js'
import type { References } from '../../codec/references.js'
import type { Request } from '../request-type.js'
import type { SystemFacts } from '../self-type.js'
import { PassedOn, type Passing } from '../values/passed-on.js'
import type { ActorFacts } from './binding.js'
import type { Call, CallOwner } from './call.js'
import { Cell, type CellHome, type CellSpec, type Life } from './cell.js'
import type { CoreOptions } from './core-options.js'
import { Counters } from './counters.js'
import { DeadLetters } from './dead-letters.js'
import { Deadlines } from './deadlines.js'
import { Dispatcher } from './dispatcher.js'
import { FarTable } from './far-table.js'
import { runsMessages } from './lifecycle.js'
import type { Envelope, TurnView } from './message.js'
import type { Delivery, Directory, Intercept, Offloader, Spawner, Target } from './ports.js'
import { FarActor } from './target.js'
import { unwatched } from './vitals.js'
import type { Whereabouts } from './whereabouts.js'

/** What the core asks of the parts built on it. */
export interface CoreHooks {
  /** The `self` of one incarnation. */
  makeSelf(core: Core, life: Life): object
  turn(core: Core, cell: Cell, budget: number): number
  expired(core: Core, call: Call): void
  /** The turn of a request that ended early has not ended for too long. */
  overdue(core: Core, life: Life, call: Call): void
  /** What a method is shown of its request. */
  makeView(core: Core, cell: Cell, envelope: Envelope): TurnView & Request
  copy(core: Core, value: unknown, path: string): unknown
}

/**
 * What the actors of one thread have in common: clock, ready queue, deadlines, counters, ports. Everything else about
 * actors is a function of this and a cell.
 */
export class Core implements CellHome, CallOwner {
  readonly world: World
  readonly options: CoreOptions
  readonly deadlines: Deadlines
  readonly dispatcher: Dispatcher<Cell>
  readonly counters: Counters
  readonly letters: DeadLetters
  /** Cells that can be reached by number from another thread. */
  readonly cells = new Map<number, Cell>()
  readonly root: Cell
  /** Whose children those of other threads are. */
  readonly parents = new WeakMap<FarActor, Cell>()
  /** Calls, timers and listeners that keep the process alive. */
  active = 0
  directory!: Directory
  delivery!: Delivery
  spawner!: Spawner
  offloader!: Offloader
  /** Simulation: sees each message before the mailbox does. */
  intercept: Intercept | null = null
  /** How values are copied within the thread. */
  values: ValueContext = { limits: OWN_LIMITS, stacks: true, regexp: true }
  /** As `values`, for what actors send each other: what `transfer()` marked is moved. */
  sent: ValueContext = this.values
  /** As `sent`, for what goes to any number of actors: it holds nothing that only one can have. */
  spread: ValueContext = this.values
  /** Where those look who watch this thread; under a virtual clock nobody does. */
  whereabouts: Whereabouts | null = null
  /** Its numbers, which every turn writes. */
  place: Int32Array = unwatched()
  /** Who gets what is being copied or decoded. */
  receiver: Cell
  readonly #hooks: CoreHooks
  readonly fars: FarTable
  readonly #closings = new Set<() => void | Promise<void>>()
  /** Cells of actors that lived on another thread before, by their ids. */
  readonly #given = new Map<string, number>()
  #held = false
  #closed = false
  #nextCell = 1
  #nextRequest = 1

  constructor(world: World, options: CoreOptions, rootSpec: CellSpec, hooks: CoreHooks) {
    this.world = world
    this.options = options
    this.fars = new FarTable(options.keepsFars === true)
    this.#hooks = hooks
    this.counters = new Counters(options.counters)
    this.letters = new DeadLetters({
      thread: this.slot,
      log: world.log,
      now: () => world.clock.now(),
      wanted: () => options.listening !== undefined && Atomics.load(options.listening, 0) > 0,
      pass: (letter, missed) => this.delivery.letter(letter, missed),
    })
    this.deadlines = new Deadlines(world)
    this.dispatcher = new Dispatcher({
      world,
      turn: (cell, budget) => hooks.turn(this, cell, budget),
      afterDrain: () => this.#leave(),
      onAsk: (now) => this.whereabouts?.asked(now, this.counters.begun),
      onTick: (now) => this.#tick(now),
      pick: options.pick,
      sliceMessages: options.sliceMessages,
    })
    this.root = new Cell(this, 0, rootSpec, null, undefined)
    this.root.state = 'running'
    this.receiver = this.root
  }

  makeSelf(life: Life): object {
    return this.#hooks.makeSelf(this, life)
  }

  overdue(life: Life, call: Call): void {
    this.#hooks.overdue(this, life, call)
  }

  /** What a method is shown of its request; always the same object for one request. */
  viewOf(cell: Cell, envelope: Envelope): TurnView & Request {
    envelope.view ??= this.#hooks.makeView(this, cell, envelope)
    return envelope.view as TurnView & Request
  }

  /** A value of its own, with the Remotes in it those of `receiver`. */
  copy(value: unknown, path: string): unknown {
    return this.#hooks.copy(this, value, path)
  }

  /** Remotes within values are written and read by `references`. */
  useReferences(references: References): void {
    this.values = { ...this.values, references }
    this.sent = { ...this.sent, references }
    this.spread = { ...this.spread, references }
  }

  /** Within the thread, objects that `passing` knows are passed on as they are, or moved. */
  usePassing(passing: Passing): void {
    const common: Passing = { ...passing, accepts: (value) => passing.isCommon(value) }
    this.values = { ...this.values, attachments: new PassedOn(passing, false) }
    this.sent = { ...this.values, attachments: new PassedOn(passing, true) }
    this.spread = { ...this.values, attachments: new PassedOn(common, true) }
  }

  idOf(cell: number): ActorId {
    return actorId(this.options.thread, cell, this.options.process)
  }

  /** Numbers what this thread spawns, here or elsewhere. */
  newCellNumber(): number {
    return this.#nextCell++
  }

  newCell(spec: CellSpec, parent: Cell, init: unknown): Cell {
    const cell = new Cell(this, this.newCellNumber(), spec, parent, init)
    this.counters.actors(1)
    return cell
  }

  /** Number of this thread. */
  get slot(): number {
    return slotOf(this.options.thread)
  }

  get facts(): SystemFacts {
    return this.options.facts
  }

  newRequestId(): string {
    return `${this.options.thread}:${(this.#nextRequest++).toString(36)}@${this.options.process}`
  }

  /** The one object that stands for an actor of another thread. */
  far(facts: ActorFacts): FarActor {
    const known = this.fars.same(facts)
    if (known !== undefined) {
      const isBack = known.thread !== facts.thread || known.gone === 'unreachable'
      if (isBack && this.delivery.lives(facts.thread)) this.#moved(known, facts)
      known.learn(facts)
      return known
    }
    const far = new FarActor(facts)
    this.fars.add(far)
    this.delivery.introduce(far)
    return far
  }

  #moved(known: FarActor, facts: ActorFacts): void {
    known.moveTo(facts)
    if (known.watched || facts.thread === this.options.thread) this.delivery.watch(known)
  }

  /** Who gets what is sent to an actor: one that went with another thread may have been started again on this one. */
  reached(target: Target): Target {
    if (!target.far || target.thread !== this.options.thread || target.gone !== null) return target
    return this.cells.get(target.cell) ?? target
  }

  /** The far actors that somebody here still holds. */
  knownFars(): readonly FarActor[] {
    return this.fars.all
  }

  knownFar(id: string): FarActor | undefined {
    return this.fars.get(id)
  }

  /** One that is registered nowhere and still lives, of this thread or another. */
  knownActor(id: string): Cell | FarActor | undefined {
    const far = this.fars.get(id)
    if (far?.gone === null) return far
    const cell = this.cells.get(this.#given.get(id) ?? cellNumber(id))
    return cell?.id === id ? cell : undefined
  }

  /** An actor that lived on another thread before and was started again on this one. */
  restarted(id: string): Cell | undefined {
    const number = this.#given.size === 0 ? undefined : this.#given.get(id)
    const cell = number === undefined ? undefined : this.cells.get(number)
    // One that begins may fail, and be started elsewhere then.
    const isThere = cell?.onStart === null && (runsMessages(cell.state) || cell.state === 'restarting')
    return isThere ? cell : undefined
  }

  /** Lets a cell have the id that its actor had on another thread. */
  giveId(cell: Cell, id: ActorId): void {
    cell.givenId = id
    this.#given.set(id, cell.number)
  }

  /** Nobody can reach it any more. */
  forget(cell: Cell): void {
    this.cells.delete(cell.number)
    if (cell.givenId !== null) this.#given.delete(cell.givenId)
  }

  /** Lets a cell be reached by its number. */
  address(cell: Cell): void {
    if (cell.state !== 'stopped') this.cells.set(cell.number, cell)
  }

  expired(call: Call): void {
    this.#hooks.expired(this, call)
  }

  /** Something began that keeps the process alive until {@link release}. */
  retain(): void {
    this.active++
    this.dispatcher.requestTick()
  }

  release(): void {
    this.active--
    if (this.active === 0 && this.#held) this.dispatcher.requestTick()
  }

  /** Holds the process now if anything here must: before an answer leaves after which the asker would let go of it. */
  showHold(): void {
    if (this.active > 0 && !this.#held && !this.#closed) this.#hold(true)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Runs `run` when this thread closes, which waits for it; returns how to forget it. */
  whenClosed(run: () => void | Promise<void>): () => void {
    this.#closings.add(run)
    return () => void this.#closings.delete(run)
  }

  /** Lets the process end, whatever is still counted; resolves when nothing goes on. */
  async close(): Promise<void> {
    this.#closed = true
    const closings = [...this.#closings].map((run) => run())
    this.#closings.clear()
    this.#held = false
    this.world.hold(false)
    await Promise.allSettled(closings)
  }

  #tick(nowMs: number): void {
    this.whereabouts?.turned(nowMs, this.counters.begun)
    if (this.#closed) return
    this.deadlines.tick(nowMs)
    const holds = this.active > 0
    if (holds !== this.#held) this.#hold(holds)
  }

  #hold(holds: boolean): void {
    this.#held = holds
    this.world.hold(holds)
  }

  #leave(): void {
    this.showHold()
    this.delivery.flush()
  }
}
