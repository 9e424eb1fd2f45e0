import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { Alarm } from '../../../actors/kernel/alarm.js'
import type { Core } from '../../../actors/kernel/core.js'
import type { Wire } from '../wire.js'
import { Gathering } from './gathering.js'

/** How long the other side may take to answer that a connection is closed. */
export const CLOSE_LIMIT_MS = 1000

/** What the wire of a WebSocket of `ws` stands on. */
export interface SocketWireParts {
  readonly socket: WebSocket
  /** What the socket writes to. */
  readonly stream: Duplex
  readonly core: Pick<Core, 'deadlines' | 'world'>
}

/** A WebSocket of `ws` as connections use one. */
export function socketWire({ socket, stream, core }: SocketWireParts): Wire {
  const { deadlines, world } = core
  const gathering = new Gathering(stream, world.scheduler)
  const alarm = new Alarm(() => socket.terminate())
  socket.on('close', () => deadlines.remove(alarm))
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
      // A socket that were ended at once would lose the code, which tells the other side what it did wrong.
      socket.close(code, reason)
      deadlines.after(alarm, CLOSE_LIMIT_MS)
    },
    drop: () => socket.terminate(),
  }
}
