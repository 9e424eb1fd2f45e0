import { guardedEvents } from './guarded-events.js'
import type { Platform, Socket, SocketEvents } from './platform.js'

/** The part of a WebSocket (WHATWG) that a client uses; that of `ws` fits too. */
export interface WebSocketLike {
  /** Bytes that have not left yet. */
  readonly bufferedAmount: number
  /** Told when it is open. */
  onopen: ((event: never) => unknown) | null
  /** Told of each message. */
  onmessage: ((event: never) => unknown) | null
  /** Told when it has ended. */
  onclose: ((event: never) => unknown) | null
  /** Told of what went wrong. */
  onerror: ((event: never) => unknown) | null
  /** Sends a message of text. */
  send(text: string): void
  /** Ends it. */
  close(code?: number, reason?: string): void
}

/** A class of WebSockets. */
export type WebSocketClass = new (url: string) => WebSocketLike

/** Of Node 20, which has none of its own: a name that no bundler follows. */
const NODE_MODULE = 'ws'

const NO_SOCKET_CODE = 1006

/** Browsers and Node take a longer delay for none at all (HTML, 8.7; documentation of Node). */
const LONGEST_MS = 2 ** 31 - 1

interface Globals {
  readonly WebSocket?: WebSocketClass
  readonly reportError?: (error: unknown) => void
}

/** The world as browsers and Node have it; `given` goes before the WebSocket that is there. */
export function webPlatform(given: WebSocketClass | undefined): Platform {
  return {
    now: () => performance.now(),
    timer: startTimer,
    random: () => Math.random(),
    open: (url, events) => open(given, url, events),
    report,
  }
}

/** What is longer than `setTimeout` can wait is waited for in parts. */
function startTimer(delayMs: number, run: () => void): () => void {
  let timeout: ReturnType<typeof setTimeout>
  const arm = (leftMs: number): void => {
    const next = leftMs > LONGEST_MS ? () => arm(leftMs - LONGEST_MS) : run
    timeout = setTimeout(next, Math.min(leftMs, LONGEST_MS))
  }
  arm(delayMs)
  return () => clearTimeout(timeout)
}

/** Whatever fails, also what a class throws for an address, is told as the end of the connection. */
function open(given: WebSocketClass | undefined, url: string, events: SocketEvents): Socket {
  const guarded = guardedEvents(events)
  let socket: WebSocketLike | null = null
  findSocketClass(given)
    .then((found) => {
      if (!guarded.ended) socket = begin(found, url, guarded)
    })
    .catch((error: unknown) => guarded.onClose(NO_SOCKET_CODE, String(error)))
  return {
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0
    },
    send: (text) => socket?.send(text),
    close(code) {
      socket?.close(code)
      guarded.onClose(code, '')
    },
  }
}

function begin(type: WebSocketClass, url: string, events: SocketEvents): WebSocketLike {
  const socket = new type(url)
  socket.onopen = () => events.onOpen()
  socket.onmessage = ({ data }: { readonly data: unknown }) => events.onMessage(data)
  let trouble = ''
  socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => events.onClose(code, reason || trouble)
  // Browsers tell nobody but the console what went wrong, Node and `ws` do; `close` follows.
  socket.onerror = ({ message }: { readonly message?: string }) => {
    trouble = message ?? ''
  }
  return socket
}

async function findSocketClass(given: WebSocketClass | undefined): Promise<WebSocketClass> {
  const known = given ?? (globalThis as Globals).WebSocket
  if (known !== undefined) return known
  const name = NODE_MODULE
  try {
    const { WebSocket } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { readonly WebSocket: WebSocketClass }
    return WebSocket
  } catch (cause) {
    throw new Error(`give createClient() WebSocket, or install ws: ${String(cause)}`, { cause })
  }
}

/** As an error that nobody caught, where the platform has a way for that. */
function report(error: unknown): void {
  const { reportError } = globalThis as Globals
  // biome-ignore lint/suspicious/noConsole: there is nobody else to tell
  if (reportError === undefined) console.error(error)
  else reportError(error)
}
