import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { nodeQuestion } from '../../http/node-question.js'
import type { Answer, Question } from '../../http/question.js'

/** How long a client may take no byte of a refusal. */
const TAKE_LIMIT_MS = 5000

/** A request to upgrade as the gateway sees requests; it has no body. */
export function upgradeQuestion(req: IncomingMessage, socket: Duplex): Question | undefined {
  const question = nodeQuestion(req, new ServerResponse(req))
  if (question === undefined) return undefined
  const { method, path, remoteAddress, isLoopback } = question
  return {
    method,
    path,
    remoteAddress,
    isLoopback,
    header: (name) => question.header(name),
    toRequest: () => question.toRequest(),
    body: () => Promise.resolve(new Uint8Array()),
    onGone: (callback) => void socket.once('close', callback),
  }
}

/** Answers with something else than an upgrade. */
export function refuseUpgrade(socket: Duplex, { status, headers, body }: Answer): void {
  const text = body ?? ''
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries({ ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(text)) }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ]
  socket.on('error', () => undefined)
  // Nobody watches over it any more: it does not stay half open.
  socket.once('finish', () => socket.destroy())
  ;(socket as { setTimeout?(limitMs: number, late: () => void): void }).setTimeout?.(TAKE_LIMIT_MS, () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
