import type { WebSocket } from 'ws'
import { CLOSE } from '../../../client/protocol/frames.js'
import type { Wire } from '../wire.js'

/** A WebSocket of `ws` as connections use one. */
export function socketWire(socket: WebSocket): Wire {
  return {
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    send: (text, sent) => socket.send(text, sent),
    close(code, reason) {
      socket.close(code, reason)
      // Who is slow or silent does not answer either.
      if (code === CLOSE.slow || code === CLOSE.silent || code === CLOSE.garbled) socket.terminate()
    },
  }
}
