import type { Logger } from '../../base/world.js'
import { quote } from '../quote.js'
import type { Party } from './call.js'
import type { DropReason } from './counters.js'
import type { EnvelopeKind, Post } from './message.js'

/** A message that was not delivered. Plain data, which crosses threads. */
export interface DeadLetter {
  /** As `system.stats()` counts it: `mailbox-full`, `expired`, `stopped` and so on. */
  readonly reason: DropReason
  readonly kind: EnvelopeKind
  readonly method: string
  readonly sender: Party
  /** `id` is `''` when it was sent to a name that nobody had. */
  readonly target: Party
  /** The arguments, as a short text. */
  readonly preview: string
  /** The thread that dropped it. */
  readonly thread: number
}

/** What is known of a message when it is dropped. */
export interface Dropped {
  readonly post: Post
  readonly args: readonly unknown[]
  readonly target: Party
}

/** What dead letters need of their thread. */
export interface DeadLetterPort {
  readonly thread: number
  readonly log: Logger
  now(): number
  /** Somebody listens, on whatever thread. */
  wanted(): boolean
  /** Takes a letter to those who listen. */
  pass(letter: DeadLetter, missed: number): void
}

/** A line in the log at most once in so long. */
const LOG_EVERY_MS = 1000
/** Letters that are passed on within that time. */
const MAX_PASSED = 1000

/**
 * The messages that a thread could not deliver.
 *
 * - **Cost**: counting, unless somebody listens; a line in the log and {@link MAX_PASSED} letters a second at most.
 */
export class DeadLetters {
  readonly #port: DeadLetterPort
  #loggedMs = Number.NEGATIVE_INFINITY
  #windowMs = Number.NEGATIVE_INFINITY
  #passed = 0
  #missed = 0
  #unlogged = 0

  constructor(port: DeadLetterPort) {
    this.#port = port
  }

  /** Nobody waits for an answer to a tell: only the log tells of its end. */
  add(reason: DropReason, dropped: Dropped): void {
    const silent = dropped.post.kind === 'tell'
    const wanted = this.#port.wanted()
    if (!silent && !wanted) return
    const now = this.#port.now()
    if (silent) this.#log(reason, dropped, now)
    if (wanted) this.#pass(reason, dropped, now)
  }

  #log(reason: DropReason, dropped: Dropped, now: number): void {
    this.#unlogged++
    if (now - this.#loggedMs < LOG_EVERY_MS) return
    this.#loggedMs = now
    const others = this.#unlogged - 1
    this.#unlogged = 0
    const more = others > 0 ? `, and ${others} more since the last such line` : ''
    this.#port.log.warn(`dead letter (${reason}): ${labelOf(dropped)}${more}`)
  }

  #pass(reason: DropReason, { post, args, target }: Dropped, now: number): void {
    if (now - this.#windowMs >= LOG_EVERY_MS) {
      this.#windowMs = now
      this.#passed = 0
    }
    if (this.#passed >= MAX_PASSED) {
      this.#missed++
      return
    }
    this.#passed++
    const { kind, method, sender } = post
    const letter: DeadLetter = {
      reason,
      kind,
      method,
      sender: { id: sender.id, name: sender.name },
      target: { id: target.id, name: target.name },
      preview: args.map(quote).join(', '),
      thread: this.#port.thread,
    }
    const missed = this.#missed
    this.#missed = 0
    this.#port.pass(letter, missed)
  }
}

function labelOf({ post, target }: Dropped): string {
  return `${post.kind} ${target.name || target.id || 'nobody'}.${post.method}() of ${post.sender.name || post.sender.id}`
}
