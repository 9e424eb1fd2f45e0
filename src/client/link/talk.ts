import { RequestEncodingError, type ServiceFailure } from '../../base/failures.js'
import { type ClientFrame, MAX_MESSAGE_BYTES } from '../protocol/frames.js'
import { isTooLarge } from '../protocol/message-size.js'
import type { Conversation, Conversations, Reply } from './conversations.js'

/** What may wait for a connection. */
const MAX_WAITING = 1000

/** The way out. */
export interface Outlet {
  readonly state: 'connecting' | 'active' | 'closed'
  send(text: string): void
}

/** Somebody who waits for a connection. */
interface Waiting {
  run(): void
  closed(): void
}

/** All conversations over one link. */
export class Talk implements Conversations {
  readonly #open = new Map<number, Conversation>()
  readonly #waiting = new Set<Waiting>()
  ending = 'the client has been closed'
  trouble = ''
  #outlet: Outlet | null = null
  #last = 0
  /** What `tooLarge` printed last, which most likely is sent next. */
  #printed: { readonly frame: ClientFrame; readonly text: string } | null = null

  get isActive(): boolean {
    return this.#outlet?.state === 'active'
  }

  get isClosed(): boolean {
    return this.#outlet?.state === 'closed'
  }

  use(outlet: Outlet): void {
    this.#outlet = outlet
  }

  begin(conversation: Conversation): number {
    this.#open.set(++this.#last, conversation)
    return this.#last
  }

  end(id: number): void {
    this.#open.delete(id)
  }

  send(frame: ClientFrame): void {
    if (this.isActive) this.#outlet?.send(this.#print(frame))
    this.#printed = null
  }

  tooLarge(frame: ClientFrame): ServiceFailure | undefined {
    if (!isTooLarge(this.#print(frame))) return undefined
    this.#printed = null
    return new RequestEncodingError({ details: `the message has more than ${MAX_MESSAGE_BYTES} bytes, which cannot be sent` })
  }

  whenActive(run: () => void, closed: () => void): (() => void) | undefined {
    const state = this.#outlet?.state
    if (state === 'active') run()
    else if (state === 'closed') closed()
    else if (this.#waiting.size >= MAX_WAITING) return undefined
    else return this.#wait({ run, closed })
    return () => undefined
  }

  hear(reply: Reply): void {
    this.#open.get(reply.id)?.heard(reply)
  }

  /** There is a connection: what waits goes. */
  resume(): void {
    for (const waiting of [...this.#waiting]) if (this.#waiting.delete(waiting)) waiting.run()
  }

  /** There will be no connection any more. */
  close(): void {
    for (const waiting of [...this.#waiting]) if (this.#waiting.delete(waiting)) waiting.closed()
  }

  /** The connection is gone, and with it whatever was asked. */
  lose(): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const conversation of open) conversation.lost()
  }

  #wait(waiting: Waiting): () => void {
    this.#waiting.add(waiting)
    return () => void this.#waiting.delete(waiting)
  }

  #print(frame: ClientFrame): string {
    if (this.#printed?.frame !== frame) this.#printed = { frame, text: JSON.stringify(frame) }
    return this.#printed.text
  }
}
