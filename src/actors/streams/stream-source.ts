import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import { type Call, type EarlyEnd, turnEnded } from '../kernel/call.js'
import type { Cell, Life, OpenStream } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { runsMessages } from '../kernel/lifecycle.js'
import { Envelope, ownPost, type Post } from '../kernel/message.js'
import type { Told } from '../remote-type.js'
import { admit } from '../turns/admission.js'
import { answerEnd, answerItem, answerRefusal, answerThrown } from '../turns/answering.js'
import { nameOf } from '../turns/failing.js'
import { stopWatching } from '../turns/settling.js'

/** Answers the call of `envelope` with what `iterable` yields. An actor has no more streams open than its mailbox has room for messages. */
export function openStream(core: Core, cell: Cell, envelope: Envelope, iterable: AsyncIterable<unknown>): void {
  const { call } = envelope
  if (call === null) return
  cell.streams ??= new Set()
  const { capacity } = cell.spec.mailbox
  if (cell.streams.size < capacity) return new StreamSource(core, cell, envelope, call).begin(iterable)
  turnEnded(call)
  answerRefusal(
    core,
    envelope,
    new MailboxFull({ details: `${nameOf(cell)} has ${capacity} streams open, as many as its mailbox holds messages` }),
  )
}

/**
 * The handler's end of a stream: takes a turn of its actor for every step, as long as the reader has granted credit, so
 * that a slow reader holds nobody up.
 */
class StreamSource implements EarlyEnd, OpenStream {
  readonly #core: Core
  readonly #cell: Cell
  readonly #life: Life
  readonly #envelope: Envelope
  readonly call: Call
  readonly #post: Post
  #iterator: AsyncIterator<unknown> | null = null
  #credit = 0
  #waits = false
  #over = false
  #closing = false

  constructor(core: Core, cell: Cell, envelope: Envelope, call: Call) {
    this.#core = core
    this.#cell = cell
    this.#life = cell.life
    this.#envelope = envelope
    this.call = call
    this.#post = envelope.post
  }

  begin(iterable: AsyncIterable<unknown>): void {
    const call = this.call
    this.#cell.streams?.add(this)
    this.#credit = call.credit
    call.earlyEnd = this
    call.onCredit = (more) => this.#grant(more)
    this.#step(() => this.#next(iterable))
  }

  endedEarly(_call: Call, failure: ServiceFailure): void {
    this.#envelope.view?.abort(failure)
    if (this.#over) return
    this.#over = true
    const hasTurns = this.#life === this.#cell.life && runsMessages(this.#cell.state)
    if (!hasTurns || this.#step(() => this.#return()) !== 'accepted') void this.#return()
  }

  /** Its incarnation is over: what waits for a turn of it will have none. */
  end(): void {
    void this.#return()
  }

  /** What the generator has to clean up; nobody waits for it any more. */
  async #return(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    try {
      await this.#iterator?.return?.()
    } catch (error) {
      this.#core.world.log.warn(`${this.call.label} failed while it was closed`, { error })
    } finally {
      this.#close()
    }
  }

  #grant(more: number): void {
    this.#credit += more
    if (!this.#waits || this.#over) return
    this.#waits = false
    this.#step(() => this.#next())
  }

  /** Puts a step into the mailbox: it is a turn like any other, in which `self.request` is that of the stream. */
  #step(run: () => unknown): Told {
    this.#core.counters.sent()
    const post = ownPost(this.#post.sender, this.#post.method, { run, where: 'method', request: this.#envelope }, this.#post)
    return admit(this.#core, this.#cell, new Envelope(post, [], null))
  }

  /** Runs the generator to its next item; the first time begins it. */
  async #next(first?: AsyncIterable<unknown>): Promise<void> {
    if (this.#over) return
    let result: IteratorResult<unknown>
    try {
      if (first !== undefined) this.#iterator = first[Symbol.asyncIterator]()
      result = (await this.#iterator?.next()) ?? { done: true, value: undefined }
    } catch (error) {
      this.#threw(error)
      throw error
    }
    if (this.#life.dead || this.#over) return
    if (result.done === true) return this.#end()
    if (!answerItem(this.#core, this.#cell, this.call, this.#post.sender, result.value)) return this.#fail()
    if (--this.#credit > 0) this.#step(() => this.#next())
    else this.#waits = true
  }

  #threw(error: unknown): void {
    if (this.#life.dead) return
    this.#close()
    answerThrown(this.#core, this.#cell, this.#envelope, error)
  }

  #end(): void {
    this.#close()
    answerEnd(this.#core, this.call)
  }

  /** An item could not be sent: the stream has failed with that, the generator is closed. */
  #fail(): Promise<void> {
    this.#over = true
    return this.#return()
  }

  #close(): void {
    this.#over = true
    const call = this.call
    call.onCredit = null
    if (call.earlyEnd === this) call.earlyEnd = null
    this.#cell.streams?.delete(this)
    stopWatching(this.#core, call)
    if (call.phase !== 'ended') turnEnded(call)
    this.#envelope.view?.end()
    this.#cell.idleWatch?.touch()
    this.#cell.look()
  }
}
