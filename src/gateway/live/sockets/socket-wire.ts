import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Scheduler } from '../../../base/world.js'
import { CLOSE } from '../../../client/protocol/frames.js'
import type { Wire } from '../wire.js'
import { Gathering } from './gathering.js'

/** What the wire of a WebSocket of `ws` stands on. */
export interface SocketWireParts {
  readonly socket: WebSocket
  /** What the socket writes to. */
  readonly stream: Duplex
  readonly scheduler: Pick<Scheduler, 'macrotask'>
}

/** A WebSocket of `ws` as connections use one. */
export function socketWire({ socket, stream, scheduler }: SocketWireParts): Wire {
  const gathering = new Gathering(stream, scheduler)
  return {
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    send(text, sent) {
      gathering.begin()
      socket.send(text, sent)
      gathering.check()
    },
    close(code, reason) {
      socket.close(code, reason)
      // Who is slow or silent does not answer either.
      if (code === CLOSE.slow || code === CLOSE.silent || code === CLOSE.garbled) socket.terminate()
    },
  }
}
