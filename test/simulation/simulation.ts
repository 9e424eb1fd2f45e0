import type { Remote } from '../../src/actors/remote-type.js'
import { recordingLog } from '../actors/evidence.js'
import { Actors } from './actors.js'
import type { Agent } from './agents.js'
import { Book } from './book.js'
import { Draw } from './draw.js'
import { Observers } from './observers.js'
import type { PlayerLife } from './player-life.js'
import { register } from './simulations.js'
import type { Cast } from './spawning.js'
import { type Thread, World } from './world.js'

const NAMES = ['one', 'two', 'x', 'y'] as const
const GROUPS = ['g', 'h'] as const
/** Faults that are kept; the first tells the most. */
const MAX_FAULTS = 10

/** How much a simulation may do, so that it is small. */
interface Budget {
  sends: number
  actors: number
  kills: number
  stops: number
  hearings: number
}

export interface SimulationOptions {
  readonly seed: number
  readonly cast: Cast
  /** Takes what happens, line by line. */
  readonly log?: ((line: string) => void) | undefined
}

/** A random system, and all that is known of it. */
export class Simulation {
  readonly seed: number
  readonly number: number
  readonly draw: Draw
  readonly cast: Cast
  readonly threads: number
  readonly world: World
  readonly book: Book
  readonly actors: Actors
  readonly observers: Observers
  /** Remotes that the program holds. */
  readonly known: Remote[] = []
  /** Generators that have begun and not ended, by the message that began them. */
  readonly opened = new Map<number, PlayerLife>()
  /** Those that have answered when all were asked. */
  readonly pinged = new Set<string>()
  readonly faults: string[] = []
  /** Nothing fails any more. */
  calm = false
  readonly #log: ((line: string) => void) | undefined
  readonly #budget: Budget
  readonly #hanging: (() => void)[] = []
  readonly #reports = new Map<string, number>()

  constructor({ seed, cast, log }: SimulationOptions) {
    this.seed = seed
    this.cast = cast
    this.#log = log
    this.draw = new Draw(seed)
    this.number = register(this)
    const { draw } = this
    this.threads = draw.pick([0, 1, 2, 2, 3])
    this.#budget = { sends: draw.between(50, 250), actors: draw.between(3, 20), kills: draw.index(5), stops: draw.index(5), hearings: 12 }
    const { fault } = this
    this.world = new World({
      ...{ seed, threads: this.threads, timeoutMs: 300, log: this.#logger() },
      linkCapacity: draw.pick([2, 5, 30, Number.POSITIVE_INFINITY]),
    })
    this.book = new Book({ fault, now: () => this.nowMs, note: (line) => this.note(line) })
    this.actors = new Actors(fault)
    this.observers = new Observers(fault, (line) => this.note(line))
  }

  get nowMs(): number {
    return this.world.time.now()
  }

  get agent(): Agent {
    return this.world.simulation.system as unknown as Agent
  }

  readonly fault = (what: string): void => {
    this.note(() => `FAULT: ${what}`)
    if (this.faults.length < MAX_FAULTS && !this.faults.includes(what)) this.faults.push(what)
  }

  note(line: () => string): void {
    this.#log?.(`${this.nowMs.toFixed(0).padStart(6)} ${line()}`)
  }

  later(ms: number, run: () => void): void {
    this.world.time.timer(ms, run)
  }

  /** What a dead thread waits for never comes. */
  pause(life: PlayerLife | null, ms: number): Promise<void> {
    return new Promise((resolve) => this.later(ms, () => life?.thread.alive !== false && resolve()))
  }

  /** What never settles, until nothing fails any more. */
  hang(life: PlayerLife): Promise<void> {
    return new Promise((resolve) => this.whenCalm(() => life.thread.alive && resolve()))
  }

  whenCalm(run: () => void): void {
    if (this.calm) run()
    else this.#hanging.push(run)
  }

  becalm(): void {
    this.note(() => 'nothing fails any more')
    this.calm = true
    for (const run of this.#hanging.splice(0)) run()
  }

  kill(thread: Thread): void {
    if (thread.slot === 0 || !thread.alive) return
    this.note(() => `thread ${thread.key} dies`)
    this.world.kill(thread)
  }

  maySend(depth: number, most: number): boolean {
    return depth < most && this.#budget.sends-- > 0
  }

  mayGrow(): boolean {
    return this.#budget.actors-- > 0
  }

  mayStop(): boolean {
    return !this.calm && this.#budget.stops-- > 0
  }

  mayKill(): boolean {
    return !this.calm && this.#budget.kills-- > 0
  }

  mayHear(): boolean {
    return this.#budget.hearings-- > 0
  }

  someName(): string {
    return this.draw.pick(NAMES)
  }

  someGroup(): string {
    return this.draw.pick(GROUPS)
  }

  /** The thread of an address: process, thread and cell. */
  threadAt(address: string): Thread {
    return this.world.at(address.split('/')[1] as string)
  }

  /** What an incarnation publishes next: numbered, so that those who hear it see what they have missed. */
  reportOf({ key }: PlayerLife): object {
    const n = (this.#reports.get(key) ?? 0) + 1
    this.#reports.set(key, n)
    return { by: key, n }
  }

  #logger(): ReturnType<typeof recordingLog> {
    const log = recordingLog()
    const at = (level: string) => (message: string, fields?: object) => this.note(() => `${level}: ${message} ${errorOf(fields)}`)
    return { ...log, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }
}

function errorOf(fields: object | undefined): string {
  const { error } = (fields ?? {}) as { error?: unknown }
  return error === undefined ? '' : `(${String(error)})`
}
