import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Connections on which a request that offers another protocol waits for the answers before it. Once Node's server has told of such a request it
 * watches over the connection no more: that it takes more, takes nothing for too long, or is to be closed is seen to here.
 */
export class OwingConnections {
  readonly #waiting = new Set<Duplex>()

  /** Runs `run` once all answers have left that are owed on a connection, at once if none is; never when the connection ends before. */
  after(socket: Duplex, run: () => void): void {
    const owed = answerOwedOn(socket)
    if (owed !== undefined) {
      const leave = this.#watch(socket, owed)
      owed.once('close', () => {
        leave()
        this.after(socket, run)
      })
    } else if (!socket.destroyed) run()
  }

  /** Ends them. */
  drop(): void {
    for (const socket of [...this.#waiting]) socket.destroy()
  }

  #watch(socket: Duplex, owed: ServerResponse): () => void {
    const drain = (): void => {
      if (owed.writableNeedDrain) owed.emit('drain')
    }
    const late = (): void => {
      if (!owed.emit('timeout')) socket.destroy()
    }
    this.#waiting.add(socket)
    socket.on('error', ignore).on('drain', drain).on('timeout', late)
    return () => {
      this.#waiting.delete(socket)
      socket.off('drain', drain).off('timeout', late)
      if (!socket.destroyed) socket.off('error', ignore)
    }
  }
}

/** What Node still writes, or waits to: a request that was sent before its answer came. */
function answerOwedOn(socket: Duplex): ServerResponse | undefined {
  return (socket as { readonly _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
}

function ignore(): void {
  // The answers that are owed end with their connection, and so does the request that waits.
}
