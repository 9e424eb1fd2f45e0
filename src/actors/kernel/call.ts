import type { ServiceFailure } from '../../base/failures.js'
import type { WheelEntry } from '../../base/timer-wheel.js'

/** Who sends or receives messages, here or elsewhere. */
export interface Party {
  /** Same seen from anywhere, for the life of the actor. */
  readonly id: string
  readonly name: string
}

/** A place in a queue that can be given up. */
export interface Place {
  /** False when it is not queued any more. */
  leave(): boolean
}

/** Where the outcome of a call goes when it is not a promise of this thread. */
export interface Answer {
  /** The value is encoded before anything of this thread sees it, so it need not be copied. */
  readonly encodes: boolean
  succeed(call: Call, value: unknown): void
  fail(call: Call, failure: ServiceFailure): void
  /** One item of a stream. */
  item?(call: Call, value: unknown): void
  /** The turn of its handler has ended, which gave it away: the answer comes from elsewhere. */
  handedOn?(call: Call): void
}

/** Told when a call ends before its handler has settled. */
export interface EarlyEnd {
  endedEarly(call: Call, failure: ServiceFailure): void
}

/** `queued` has not begun, `running` is with its handler, `away` has left for another thread, `ended` has had its turn. */
export type CallPhase = 'queued' | 'running' | 'away' | 'ended'

/** Whatever calls end with: a request, an incarnation of an actor. */
export interface CallAnchor {
  firstCall: Call | null
}

const NEVER = Number.POSITIVE_INFINITY

/**
 * A request from its start to its one outcome, in one thread: the owner of the caller's promise (or of the answer to
 * another thread), of its deadline and of its abort.
 *
 * - **Delivery**: settles exactly once; what comes later is ignored and counted.
 */
export class Call implements WheelEntry {
  settled = false
  /** It was over before it had an answer. */
  endedEarly = false
  phase: CallPhase = 'queued'
  /** Who was asked; while nobody is visible, who is looked for. */
  target: Party
  readonly method: string
  /** The call that a pool made of it for one of its workers. */
  passedOn: Call | null = null
  /** Limit from the moment it is armed; `Infinity` is none. */
  timeoutMs: number
  /** What the caller has left at most, on the monotonic clock. */
  capMs = NEVER
  /** Monotonic millisecond of the deadline once armed, else -1. */
  due = -1
  wheelNext: WheelEntry | null = null
  wheelPrev: WheelEntry | null = null
  /** The request that the caller was running; its end ends this one. */
  parent: Call | null = null
  /** What it ends with: that request, or the incarnation of the actor that asked. */
  anchor: CallAnchor | null = null
  /** The incarnation that asked, in this thread. */
  asker: CallAnchor | null = null
  firstCall: Call | null = null
  nextSibling: Call | null = null
  prevSibling: Call | null = null
  /** Where it waits, while it does so in a mailbox of this thread. */
  place: Place | null = null
  resolve: ((value: unknown) => void) | null = null
  reject: ((failure: ServiceFailure) => void) | null = null
  answer: Answer | null = null
  /** The caller's signal and what was put on it. */
  signal: AbortSignal | null = null
  onAbort: (() => void) | null = null
  /** Who must hear of an early end: the handler's request view, the link it left by. */
  earlyEnd: EarlyEnd | null = null
  /** Number of the conversation on the link it left by. */
  conversation = 0
  /** Who asked, while it is away: Remotes in the answer become theirs. */
  caller: Party | null = null
  /** Told, when somebody asked for it, that the turn of its handler has ended, which may be long after the call has. */
  onTurnEnd: (() => void) | null = null
  /** Somebody will ask for it: the far side tells too. */
  wantsTurnEnd = false
  /** Its name in chains, once one was made. */
  token: string | null = null
  /** The requests of other threads that it stands on, the oldest first. */
  chain: readonly string[] | null = null
  /** Of a stream: items that its reader has room for and that were not sent yet. */
  credit = 0
  /** Of a stream that is being answered: told when there is room for more. */
  onCredit: ((more: number) => void) | null = null
  /** While it is queued: whether it waits for itself. After an early end: whether its turn ever ends. */
  alarm: WheelEntry | null = null
  /** The far side was asked to give up and may still say whether it had begun. */
  inGrace = false
  readonly owner: CallOwner

  constructor(owner: CallOwner, target: Party, method: string, timeoutMs: number) {
    this.owner = owner
    this.target = target
    this.method = method
    this.timeoutMs = timeoutMs
  }

  /** `math.multiply()`, for messages. */
  get label(): string {
    return `${this.target.name === '' ? `actor ${this.target.id}` : this.target.name}.${this.method}()`
  }

  onDue(): void {
    this.owner.expired(this)
  }
}

/** The turn of a call's handler has ended: tells who waits for that. */
export function turnEnded(call: Call): void {
  const { onTurnEnd } = call
  call.onTurnEnd = null
  call.phase = 'ended'
  onTurnEnd?.()
}

/** The reader of a stream has room for more items. */
export function grantCredit(call: Call, more: number): void {
  if (call.onCredit === null) call.credit += more
  else call.onCredit(more)
}

/** The part of a thread that keeps its calls. */
export interface CallOwner {
  expired(call: Call): void
}

/** Makes `child` end with `anchor`. */
export function adopt(anchor: CallAnchor, child: Call): void {
  child.anchor = anchor
  child.nextSibling = anchor.firstCall
  if (anchor.firstCall !== null) anchor.firstCall.prevSibling = child
  anchor.firstCall = child
}

/** The calls that end with `anchor`, the newest first. */
export function callsOf(anchor: CallAnchor): readonly Call[] {
  const calls: Call[] = []
  for (let call = anchor.firstCall; call !== null; call = call.nextSibling) calls.push(call)
  return calls
}

/** Undoes {@link adopt}. */
export function disown(child: Call): void {
  const { anchor } = child
  if (anchor === null) return
  if (child.prevSibling === null) anchor.firstCall = child.nextSibling
  else child.prevSibling.nextSibling = child.nextSibling
  if (child.nextSibling !== null) child.nextSibling.prevSibling = child.prevSibling
  child.anchor = child.parent = child.nextSibling = child.prevSibling = null
}
