import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { type Abroad, abroadKey, homeKey, isAbroad, isHomeKey, type PlaceTerms, type ThreadKey } from '../../base/ids.js'
import type { ValueContext } from '../../codec/context.js'
import { DecodeError } from '../../codec/errors.js'
import { FOREIGN_LIMITS, type Limits } from '../../codec/limits.js'
import type { References } from '../../codec/references.js'
import { mayCross } from '../../router/audience.js'
import type { ReportNote } from '../../router/reports/notes.js'
import type { Customs } from '../links/customs.js'
import { FRAME, type RequestHead, type RoutedHead } from '../links/frames.js'
import { checkHead, checkNote, checkTerms } from './claims.js'

/** All that threads of different processes have to tell each other. Nobody is stopped, spawned or restarted from elsewhere. */
const TAKEN: ReadonlySet<number> = new Set([
  FRAME.request,
  FRAME.routed,
  FRAME.result,
  FRAME.failure,
  FRAME.abort,
  FRAME.watch,
  FRAME.gone,
  FRAME.turnEnd,
  FRAME.item,
  FRAME.credit,
  FRAME.note,
  FRAME.report,
])

/** Places in the record of a reference (actors/facade/references.ts). */
const PROCESS = 4
const THREAD = 5
const CELL = 6
const DEFINITION = 7
const SUPERVISOR = 9

const PROCESS_ID = /^[0-9a-f]{32}$/

/** Actors whose Remotes were sent over an exchange group: whoever has one may use it, whether they are announced or not. */
export type Exports = WeakSet<Cell>

export interface ForeignTerms {
  readonly exports: Exports
  readonly terms: PlaceTerms
  /** The exchange group over which a process is reached from here, if it is. */
  readonly groupTo: (process: string) => string | undefined
}

/** What is let through to and from a thread of another process. */
export class ForeignCustoms implements Customs {
  readonly #core: Core
  readonly #peer: Abroad
  readonly #exports: Exports
  readonly #terms: PlaceTerms
  readonly #groupTo: ForeignTerms['groupTo']
  readonly #limits: Limits
  /** Their numbers. */
  readonly #subscriptions = new Set<number>()
  #isWarned = false
  #own: ValueContext | null = null
  #values: ValueContext | null = null

  constructor(core: Core, peer: Abroad, { exports, terms, groupTo }: ForeignTerms) {
    this.#core = core
    this.#peer = peer
    this.#exports = exports
    this.#terms = terms
    this.#groupTo = groupTo
    this.#limits = { ...FOREIGN_LIMITS, bytes: terms.maxMessageBytes }
  }

  values(own: ValueContext): ValueContext {
    if (this.#own === own && this.#values !== null) return this.#values
    this.#own = own
    const references = own.references === undefined ? undefined : this.#references(own.references)
    this.#values = { ...own, limits: this.#limits, references, stacks: false, regexp: false }
    return this.#values
  }

  get mostRequests(): number {
    return this.#terms.maxRequests
  }

  takes(tag: number): boolean {
    return TAKEN.has(tag)
  }

  admits(cell: Cell): boolean {
    return this.#exports.has(cell) || (cell.announced && mayCross(cell.spec.audience, this.#peer.group))
  }

  head(head: RequestHead): RequestHead {
    return checkHead(head, this.#peer)
  }

  terms(head: RoutedHead): void {
    checkTerms(head)
  }

  /** At most so many subscriptions of one thread are taken; that there are more is logged once. */
  note(said: ReportNote): ReportNote | undefined {
    const note = checkNote(said, this.#peer)
    if (note?.kind === 'unsubscribe') this.#subscriptions.delete(note.subscription)
    if (note?.kind !== 'subscribe') return note
    if (this.#subscriptions.has(note.subscription)) throw new DecodeError('a subscription has the number of another')
    if (this.#subscriptions.size >= this.#terms.maxSubscriptions) return this.#tooMany()
    this.#subscriptions.add(note.subscription)
    return note
  }

  #tooMany(): undefined {
    if (this.#isWarned) return
    this.#isWarned = true
    const { maxSubscriptions } = this.#terms
    this.#core.world.log.warn(
      `a thread of process ${this.#peer.process} has ${maxSubscriptions} subscriptions here; more are not taken: subscribe to patterns`,
    )
  }

  threadOf(said: ThreadKey | undefined): ThreadKey {
    return abroadKey(said === undefined || isAbroad(said) ? this.#peer : { ...this.#peer, thread: said })
  }

  #references({ is, write, read, rewrap }: References): References {
    return { is, rewrap, write: (value) => this.#leaving(write(value)), read: (record) => read(this.#entering(record)) }
  }

  /** Keys of threads are those of their own process there; nobody restarts from elsewhere, and modules are each process's own. */
  #leaving(record: unknown): unknown {
    const leaving = [...(record as readonly unknown[])]
    const { process } = this.#core.options
    const cell = leaving[PROCESS] === process ? this.#core.cells.get(leaving[CELL] as number) : undefined
    if (cell !== undefined) this.#exports.add(cell)
    leaving[THREAD] = homeKey(leaving[THREAD] as ThreadKey)
    leaving[DEFINITION] = ''
    leaving[SUPERVISOR] = null
    return leaving
  }

  #entering(record: unknown): unknown {
    if (!Array.isArray(record) || typeof record[THREAD] !== 'string') throw new DecodeError('a reference to an actor is garbled')
    const entering = [...record]
    const thread = homeKey(record[THREAD] as ThreadKey)
    if (!isHomeKey(thread) || !PROCESS_ID.test(String(record[PROCESS]))) throw new DecodeError('a reference to an actor is garbled')
    const process = String(record[PROCESS])
    // Whoever sent it may reach that process over another group than we do.
    const group = this.#groupTo(process) ?? this.#peer.group
    const isOurs = process === this.#core.options.process
    entering[THREAD] = isOurs ? thread : abroadKey({ thread, process, group })
    entering[DEFINITION] = ''
    entering[SUPERVISOR] = null
    if (isOurs && thread === this.#core.options.thread) this.#check(record[CELL])
    return entering
  }

  #check(number: unknown): void {
    const cell = this.#core.cells.get(number as number)
    if (cell !== undefined && !this.admits(cell)) throw new DecodeError('a reference names an actor that its sender cannot know')
  }
}
