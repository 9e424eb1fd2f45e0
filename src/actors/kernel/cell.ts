import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { Around, Authorise, SupervisionSettings } from '../actor-options.js'
import type { DefinitionRecord } from '../definition.js'
import type { ActorFacts, Reason } from './binding.js'
import type { Call, CallAnchor } from './call.js'
import type { LifeState } from './lifecycle.js'
import { Mailbox, type MailboxOptions } from './mailbox.js'
import type { Envelope } from './message.js'
import type { FarActor, GoneListener } from './target.js'

/** What all cells of one definition with the same options have in common. */
export interface CellSpec {
  readonly definition: DefinitionRecord
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[]
  readonly mailbox: MailboxOptions
  readonly supervision: SupervisionSettings
  /** Messages are copied; a light actor gets the very values. */
  readonly copies: boolean
  /** In the registry. */
  readonly registered: boolean
  /** Announced as soon as it can be; a hidden one announces itself. */
  readonly visible: boolean
  /** Turns that may wait for a promise at the same time. */
  readonly concurrency: number
  /** What stands before every method, if anything does. */
  readonly guards: Guards | null
  /** Methods that are generators, once a setup has told. */
  streams: ReadonlySet<string> | null
}

/** What a definition has put before its methods. */
export interface Guards {
  readonly authorise: Authorise | undefined
  readonly around: Around | undefined
}

export type Handler = (...args: readonly unknown[]) => unknown
export type Methods = Readonly<Record<string, Handler>>

/** One incarnation of an actor: what its closure may do ends with it. */
export class Life implements CallAnchor {
  readonly cell: Cell
  /** What it asked for outside of requests, and is not answered yet. */
  firstCall: Call | null = null
  /** Its setup has been run. */
  begun = false
  dead = false
  /** Feeds, which end with it. */
  waits: Set<Ending> | null = null
  /** The Remote that arrived last: most actors hear of one other again and again. */
  lastRemote: object | null = null

  constructor(cell: Cell) {
    this.cell = cell
  }
}

/** What a pool puts in the place of methods. */
export interface Routing {
  /** Passes a message on. */
  route(envelope: Envelope): void
  /** Messages must wait: no worker is free. */
  readonly blocked: boolean
  /** Messages that workers have not finished. */
  readonly outstanding: number
}

/** Something an actor keeps that must end with an incarnation. */
export interface Ending {
  end(): void
}

/** Goes by the messages that an actor gets. */
export interface IdleWatching extends Ending {
  /** A message has begun or ended. */
  touch(): void
  /** Something has ended: it may be time. */
  look(): void
}

/** A stream that an actor answers. */
export interface OpenStream extends Ending {
  readonly call: Call
}

/** A stop that lets work end first. */
export interface Drain {
  readonly done: Promise<void>
  /** Timers and steps of streams still have their turns: what waits may need them. */
  readonly takesOwnTurns: boolean
  /** Something has ended: it may be done. */
  look(): void
  /** It must not wait any longer. */
  cut(): void
}

/** How the spawner of a cell hears of its first setup. */
export interface StartListener {
  started(): void
  failed(error: unknown): void
}

/**
 * The state of one actor; what happens to it is in the functions of `turns/`.
 *
 * - **Cost**: no map, array or promise until it is needed.
 */
export class Cell {
  readonly far = false
  readonly number: number
  readonly home: CellHome
  readonly spec: CellSpec
  readonly parent: Cell | null
  readonly init: unknown
  givenId: ActorId | null = null
  /** The thread of its parent, when that would start it again elsewhere. */
  supervisor: ThreadKey | null = null
  /** The groups it is in, in the order in which it joined them. */
  groups: readonly string[]
  /** In the registry, or about to be as soon as its setup has ended. */
  announced: boolean
  /** Who publishes in its place what it publishes: the pool of a worker. */
  publishesAs: Cell | FarActor | null = null
  /** What may be known of it elsewhere, while that is right. */
  facts: ActorFacts | null = null
  state: LifeState = 'starting'
  /** The incarnation that runs, or that begins next: what arrives meanwhile belongs to it. */
  life: Life
  methods: Methods | null = null
  routing: Routing | null = null
  mailbox: Mailbox | null = null
  /** Calls and offers that wait for room. */
  waiting: Mailbox | null = null
  /** The message whose turn it is; with concurrency above 1 only until its method has returned a promise. */
  current: Envelope | null = null
  /** Turns that wait for a promise. */
  running = 0
  /** Those turns, where there may be several. */
  turns: Set<Envelope> | null = null
  /** Setup or a restart goes on: no message has its turn. */
  paused = false
  ready = false
  /** Restarts so far, their moments for the budget. */
  restarts: number[] | null = null
  /** Its own, or that which ends the delay of a restart. */
  timers: Ending | null = null
  idleWatch: IdleWatching | null = null
  controller: AbortController | null = null
  stopHooks: ((reason: string) => unknown)[] | null = null
  goneListeners: Set<GoneListener> | null = null
  ending: Promise<void> | null = null
  /** Why it has ended, once it has. */
  gone: Reason | null = null
  drain: Drain | null = null
  onStart: StartListener | null = null
  firstChild: Cell | null = null
  nextSibling: Cell | null = null
  prevSibling: Cell | null = null
  /** Children on other threads, with their numbers among all that this thread has spawned. */
  farChildren: Map<FarActor, number> | null = null
  /** Calls whose answers were put off. */
  deferred: Set<Call> | null = null
  /** Streams that are being answered. */
  streams: Set<OpenStream> | null = null

  constructor(home: CellHome, number: number, spec: CellSpec, parent: Cell | null, init: unknown) {
    this.home = home
    this.number = number
    this.spec = spec
    this.parent = parent
    this.init = init
    this.life = new Life(this)
    this.groups = spec.groups
    this.announced = spec.registered && spec.visible
    if (parent !== null) addChild(parent, this)
  }

  get id(): ActorId {
    return this.givenId ?? this.home.idOf(this.number)
  }

  get name(): string {
    return this.spec.name
  }

  get queued(): number {
    return this.mailbox === null ? 0 : this.mailbox.size
  }

  /** No message can have its turn now. */
  get suspended(): boolean {
    return this.paused || this.running >= this.spec.concurrency
  }

  /** Nothing waits and nothing runs. */
  get idle(): boolean {
    const quiet = this.queued === 0 && this.running === 0 && !this.paused && this.current === null
    return quiet && (this.routing === null || this.routing.outstanding === 0)
  }

  /** Idle, and nobody waits for an answer that was put off or for the rest of a stream. */
  get finished(): boolean {
    return this.idle && (this.deferred === null || this.deferred.size === 0) && (this.streams === null || this.streams.size === 0)
  }

  /** Something has ended, which a stop may wait for. */
  look(): void {
    if (this.drain !== null) this.drain.look()
    if (this.idleWatch !== null) this.idleWatch.look()
  }

  /** The mailbox, made at the first message. */
  openMailbox(): Mailbox {
    this.mailbox ??= new Mailbox()
    return this.mailbox
  }
}

/** The thread that a cell lives in. */
export interface CellHome {
  idOf(cell: number): ActorId
}

function addChild(parent: Cell, child: Cell): void {
  child.nextSibling = parent.firstChild
  if (parent.firstChild !== null) parent.firstChild.prevSibling = child
  parent.firstChild = child
}

/** Takes a cell out of its parent's children. */
export function removeChild(child: Cell): void {
  const { parent, prevSibling, nextSibling } = child
  if (parent === null) return
  if (prevSibling !== null) prevSibling.nextSibling = nextSibling
  else if (parent.firstChild === child) parent.firstChild = nextSibling
  if (nextSibling !== null) nextSibling.prevSibling = prevSibling
  child.prevSibling = child.nextSibling = null
}

/** The children at this moment, the youngest first. */
export function childrenOf(parent: Cell): readonly Cell[] {
  const children: Cell[] = []
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

/** A cell, its children in this thread, and theirs. */
export function treeOf(cell: Cell): readonly Cell[] {
  return [cell, ...childrenOf(cell).flatMap(treeOf)]
}
