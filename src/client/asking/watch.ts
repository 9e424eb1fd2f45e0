import type { ServiceBinding } from '../../actors/remote-type.js'
import type { End } from '../../actors/report-type.js'
import { type LastingParts, LastingRequest } from './lasting-request.js'

type EndListener = (end: End) => unknown

/** The wait for the end of one actor: what `watch` returns. */
export class LiveWatch implements Disposable {
  readonly dropped = 0
  readonly ready = Promise.resolve()
  readonly #request: LastingRequest

  constructor(parts: LastingParts, binding: ServiceBinding, listener: EndListener) {
    const { platform, conversations } = parts
    this.#request = new LastingRequest(parts, {
      frame: (id) => ({ kind: 'watch', id, to: binding.id }),
      heard: (reply) => {
        if (reply.kind !== 'gone') return
        this.#request.end(false)
        try {
          listener(Object.freeze({ binding, reason: reply.reason as End['reason'] }))
        } catch (error) {
          platform.report(error)
        }
      },
      close: () => this.close(),
      fail: (failure) => {
        this.#request.end(false)
        platform.report(failure)
      },
    })
    if (conversations.isActive) this.#request.resume()
  }

  close(): void {
    this.#request.end(true)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
