import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Requests of one connection that may wait for the answers before theirs. */
const MAX_WAITING = 256

/**
 * Begins a request when all that was asked before on its connection has been answered.
 *
 * - **Ordering**: requests that are pipelined may change something, and so one is not begun before the one before it has ended (RFC 9112, 9.3.2).
 * - **Ownership**: Node tells a response that waits for its turn nothing of the end of its connection; this way nothing has begun by then.
 */
export class Turns {
  readonly #waiting = new WeakMap<Duplex, number>()

  /** False when too many wait on that connection already: then it is not begun. */
  begin(res: ServerResponse, run: () => void): boolean {
    if (res.socket !== null) {
      run()
      return true
    }
    const { socket } = res.req
    const waiting = this.#countOn(socket)
    if (waiting === MAX_WAITING) return false
    this.#waiting.set(socket, waiting + 1)
    res.once('socket', () => {
      this.#waiting.set(socket, this.#countOn(socket) - 1)
      run()
    })
    return true
  }

  #countOn(socket: Duplex): number {
    return this.#waiting.get(socket) ?? 0
  }
}
