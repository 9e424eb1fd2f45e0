import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { type Abroad, abroadKey, homeKey, isAbroad, type ThreadKey } from '../../base/ids.js'
import type { ValueContext } from '../../codec/context.js'
import { DecodeError } from '../../codec/errors.js'
import { FOREIGN_LIMITS } from '../../codec/limits.js'
import type { References } from '../../codec/references.js'
import { mayCross } from '../../router/audience.js'
import type { Customs } from '../links/customs.js'
import { FRAME } from '../links/frames.js'

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

/** Actors whose Remotes were sent over an exchange group: whoever has one may use it, whether they are announced or not. */
export type Exports = WeakSet<Cell>

export interface ForeignTerms {
  readonly exports: Exports
  /** The exchange group over which a process is reached from here, if it is. */
  readonly groupTo: (process: string) => string | undefined
}

/** What is let through to and from a thread of another process. */
export class ForeignCustoms implements Customs {
  readonly #core: Core
  readonly #peer: Abroad
  readonly #exports: Exports
  readonly #groupTo: ForeignTerms['groupTo']
  #own: ValueContext | null = null
  #values: ValueContext | null = null

  constructor(core: Core, peer: Abroad, { exports, groupTo }: ForeignTerms) {
    this.#core = core
    this.#peer = peer
    this.#exports = exports
    this.#groupTo = groupTo
  }

  values(own: ValueContext): ValueContext {
    if (this.#own === own && this.#values !== null) return this.#values
    this.#own = own
    const references = own.references === undefined ? undefined : this.#references(own.references)
    this.#values = { ...own, limits: FOREIGN_LIMITS, references, stacks: false, regexp: false }
    return this.#values
  }

  takes(tag: number): boolean {
    return TAKEN.has(tag)
  }

  admits(cell: Cell): boolean {
    return this.#exports.has(cell) || (cell.announced && mayCross(cell.spec.audience, this.#peer.group))
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
