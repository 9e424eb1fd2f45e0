import type { FailurePlace } from '../actor-options.js'
import type { Call, Party, Place } from './call.js'

/**
 * `call` answers, `stream` answers again and again, `tell` does not, `offer` answers as soon as the mailbox took it. `own` is a
 * turn that an actor gives itself: a timer, a step of a stream.
 */
export type EnvelopeKind = 'call' | 'stream' | 'tell' | 'offer' | 'own'

/** What a caller may tell a method beside its arguments. */
export type Properties = Readonly<Record<string, string>>

/** 0 high, 1 normal, 2 low: the higher ones go first, each keeps its order. */
export type Lane = 0 | 1 | 2

export const NORMAL: Lane = 1

/** What sets a message apart from most. */
export type Marks = Pick<Post, 'untrusted' | 'lane' | 'properties'> & { readonly hops?: number }

const PLAIN: Marks = { untrusted: false, lane: NORMAL, properties: null }

/** What a link has told its other side of a post. */
export interface PostRoute {
  readonly numbers: object
  readonly epoch: number
  readonly number: number
}

/** What all messages of one kind from one sender to one method have in common; made once for each method of a Remote. */
export class Post {
  readonly kind: EnvelopeKind
  readonly sender: Party
  readonly method: string
  /** The arguments were not checked by a compiler or by another part of this system. */
  readonly untrusted: boolean
  readonly lane: Lane
  readonly properties: Properties | null
  /** How often it was passed on within this thread. */
  readonly hops: number
  /** What a turn of the actor's own runs. */
  readonly own: OwnTurn | null
  /** Kept here by the link it leaves by. */
  route: PostRoute | null = null
  /** What a watchdog calls its method, see {@link Whereabouts}; 0 until it is needed. */
  label = 0

  constructor(kind: EnvelopeKind, sender: Party, method: string, marks: Marks = PLAIN, own: OwnTurn | null = null) {
    this.kind = kind
    this.sender = sender
    this.method = method
    this.untrusted = marks.untrusted
    this.lane = marks.lane
    this.properties = marks.properties
    this.hops = marks.hops ?? 0
    this.own = own
  }

  /** The same message as one of another kind, for another method. */
  as(kind: EnvelopeKind, method: string): Post {
    return new Post(kind, this.sender, method, this)
  }

  /** The same message on its way to the next actor. */
  passedOn(kind: EnvelopeKind, method: string): Post {
    const { untrusted, lane, properties, hops } = this
    return new Post(kind, this.sender, method, { untrusted, lane, properties, hops: hops + 1 })
  }
}

/** What a running method was shown of its request. */
export interface TurnView {
  /** Its answer was put off or given away: what the method returns is none. */
  readonly handedOver: boolean
  /** Its method has failed, which is its answer now. */
  takeBack(): void
  /** What it asks for itself is over. */
  abort(reason: unknown): void
  /** Its turn has ended. */
  end(): void
}

/** What a turn of an actor's own runs. */
export interface OwnTurn {
  readonly run: (...args: readonly unknown[]) => unknown
  /** What supervision calls a failure of it. */
  readonly where: FailurePlace
  /** The request on whose behalf it runs: that of a stream for its steps. */
  readonly request: Envelope | null
}

/** A list that an envelope can be taken out of. */
export interface EnvelopeList {
  remove(envelope: Envelope): void
}

/** One message on its way to an actor. */
export class Envelope implements Place {
  readonly post: Post
  args: readonly unknown[]
  call: Call | null
  view: TurnView | null = null
  list: EnvelopeList | null = null
  /** Its number in that list. */
  place = 0

  constructor(post: Post, args: readonly unknown[], call: Call | null) {
    this.post = post
    this.args = args
    this.call = call
  }

  leave(): boolean {
    const { list } = this
    list?.remove(this)
    return list !== null
  }

  get own(): OwnTurn | null {
    return this.post.own
  }

  get kind(): EnvelopeKind {
    return this.post.kind
  }

  get sender(): Party {
    return this.post.sender
  }

  get method(): string {
    return this.post.method
  }
}

/** What all turns of an actor's own have in common that run the same; `as` says on whose behalf. */
export function ownPost(sender: Party, name: string, turn: OwnTurn, marks: Marks = PLAIN): Post {
  return new Post('own', sender, name, marks, turn)
}
