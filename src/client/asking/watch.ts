import type { ServiceBinding } from '../../actors/remote-type.js'
import type { End } from '../../actors/report-type.js'
import type { Conversation, Reply } from '../link/conversations.js'
import type { Lasting, SubscriptionParts } from './subscriptions.js'

type EndListener = (end: End) => unknown

/** The wait for the end of one actor: what `watch` returns. */
export class LiveWatch implements Conversation, Lasting, Disposable {
  readonly dropped = 0
  readonly ready = Promise.resolve()
  readonly #parts: SubscriptionParts
  readonly #binding: ServiceBinding
  readonly #listener: EndListener
  #id: number | null = null

  constructor(parts: SubscriptionParts, binding: ServiceBinding, listener: EndListener) {
    this.#parts = parts
    this.#binding = binding
    this.#listener = listener
    parts.lasting.add(this)
    if (parts.conversations.isActive) this.resume()
  }

  resume(): void {
    this.#id = this.#parts.conversations.begin(this)
    this.#parts.conversations.send({ kind: 'watch', id: this.#id, to: this.#binding.id })
  }

  heard(reply: Reply): void {
    if (reply.kind !== 'gone') return
    this.#leave(false)
    try {
      this.#listener(Object.freeze({ binding: this.#binding, reason: reply.reason as End['reason'] }))
    } catch (error) {
      this.#parts.platform.report(error)
    }
  }

  lost(): void {
    this.#id = null
  }

  close(): void {
    this.#leave(true)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #leave(tells: boolean): void {
    this.#parts.lasting.delete(this)
    const id = this.#id
    this.#id = null
    if (id === null) return
    this.#parts.conversations.end(id)
    if (tells) this.#parts.conversations.send({ kind: 'end', id })
  }
}
