import type { SocketEvents } from './platform.js'

/** Passes on what becomes of a connection until it has ended, and that once. */
export function guardedEvents(events: SocketEvents): SocketEvents & { readonly ended: boolean } {
  let ended = false
  return {
    get ended() {
      return ended
    },
    onOpen() {
      if (!ended) events.onOpen()
    },
    onMessage(data) {
      if (!ended) events.onMessage(data)
    },
    onClose(code, reason) {
      if (ended) return
      ended = true
      events.onClose(code, reason)
    },
  }
}
