import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLoopbackAddress } from './loopback.js'
import type { Answer, BodyFault, Question } from './question.js'
import { writeStream } from './stream-writing.js'

/** How long a client may take no byte of its answer. */
const TAKE_LIMIT_MS = 30_000

/** A request of Node's HTTP server, or of what is built on it; `undefined` when its target is no path. */
export function nodeQuestion(req: IncomingMessage, res: ServerResponse): Question | undefined {
  const path = pathOf(req.url ?? '')
  return path === undefined ? undefined : new NodeQuestion(path, req, res)
}

/**
 * The same request by its whole path, for a handler that Express uses below one and shows what is left of it; `undefined` where nothing was taken off.
 */
export function wholeQuestion(req: IncomingMessage, res: ServerResponse): Question | undefined {
  const { baseUrl } = req as { readonly baseUrl?: unknown }
  const path = typeof baseUrl === 'string' && baseUrl !== '' ? pathOf(`${baseUrl}${req.url}`) : undefined
  return path === undefined ? undefined : new NodeQuestion(path, req, res)
}

/** A class, for an object of functions would make seven of them for each request. */
class NodeQuestion implements Question {
  readonly method: string
  readonly path: string
  readonly remoteAddress: string | undefined
  readonly isLoopback: boolean
  readonly #req: IncomingMessage
  readonly #res: ServerResponse

  constructor(path: string, req: IncomingMessage, res: ServerResponse) {
    const { remoteAddress, localAddress } = req.socket
    this.method = req.method ?? ''
    this.path = path
    this.remoteAddress = remoteAddress
    this.isLoopback = isLoopbackAddress(localAddress)
    this.#req = req
    this.#res = res
  }

  header(name: string): string | undefined {
    return textOf(this.#req.headers[name])
  }

  body(maxBytes: number): Promise<Uint8Array | BodyFault> {
    return readBody(this.#req, maxBytes)
  }

  onGone(callback: () => void): void {
    const res = this.#res
    res.on('close', () => {
      if (!res.writableFinished) callback()
    })
  }

  toRequest(): Request {
    return toRequest(this.#req, this.path)
  }
}

/** Sends an answer, if there is still somebody to get it. Resolves when it has left, or cannot any more. */
export function writeAnswer(res: ServerResponse, { status, headers, body, stream }: Answer): Promise<void> {
  if (stream !== undefined) return writeStream(res, { status, headers }, stream)
  if (res.destroyed || res.headersSent) return Promise.resolve()
  return new Promise((resolve) => {
    res.on('close', resolve)
    const lines: string[] = []
    for (const name in headers) lines.push(name, headers[name] as string)
    if (body !== null) lines.push('content-length', String(Buffer.byteLength(body)))
    // What was not read of a question must not be taken for the next one.
    if (!isRead(res.req)) lines.push('connection', 'close')
    res.writeHead(status, lines)
    res.end(body ?? undefined)
    if ((res.socket?.writableLength ?? 0) > 0) res.setTimeout(TAKE_LIMIT_MS, () => void res.destroy())
  })
}

function isRead(req: IncomingMessage): boolean {
  return req.complete || (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined)
}

/** The path of a target in origin form, or in absolute form, which proxies use (RFC 9112, 3.2); `undefined` for others. */
export function pathOf(target: string): string | undefined {
  const path = target.startsWith('/') ? target : /^https?:\/\/[^/?#]*(\/[^?#]*)?/i.exec(target)?.[1]
  return path === undefined || !/[?#]/.test(path) ? path : path.replace(/[?#].*$/s, '')
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}

function toRequest(req: IncomingMessage, path: string): Request {
  const headers = new Headers()
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i] as string, req.rawHeaders[i + 1] as string)
  const query = /\?[^#]*/.exec(req.url ?? '')?.[0] ?? ''
  const scheme = 'encrypted' in req.socket ? 'https' : 'http'
  const url = `${scheme}://${req.headers.host ?? 'localhost'}${path}${query}`
  return new Request(URL.canParse(url) ? url : `${scheme}://localhost${path}${query}`, { method: req.method ?? '', headers })
}

function readBody(req: IncomingMessage, maxBytes: number): Promise<Uint8Array | BodyFault> {
  if (req.readableEnded) return Promise.resolve(alreadyRead(req, maxBytes))
  if (req.destroyed) return Promise.resolve('cut-short')
  if (Number(req.headers['content-length']) > maxBytes) return Promise.resolve('too-large')
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const take = (chunk: Uint8Array): void => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= maxBytes) return
      req.off('data', take)
      req.pause()
      resolve('too-large')
    }
    req.on('data', take)
    req.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size)))
    // Errors are followed by `close`, which comes at the end too; by then this has been settled.
    req.on('error', ignore)
    req.on('close', () => resolve('cut-short'))
  })
}

function ignore(): void {
  // What it means for a body shows at the close.
}

/** The body that a framework has read before, as it left it: `express.json()` and the like. What it left nowhere must not be taken for no body. */
function alreadyRead(req: IncomingMessage, maxBytes: number): Uint8Array | BodyFault {
  const { body } = req as { readonly body?: unknown }
  const { 'content-length': size = '0', 'transfer-encoding': coding } = req.headers
  if (body === undefined && (size !== '0' || coding !== undefined)) return 'taken'
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''))
  return bytes.length > maxBytes ? 'too-large' : bytes
}
