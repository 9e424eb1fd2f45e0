import { onAbort } from '../../base/abort-signal.js'
import { isAddress, isLoopbackAddress } from './loopback.js'
import type { Answer, BodyFault, Question } from './question.js'

/**
 * A request of a server that speaks fetch. It does not tell at which address it came, only from which, if the server says so: what comes from
 * this machine came on loopback, and what may have counts as if it had, so that nobody is let in whom a browser was tricked to bring.
 */
export function fetchQuestion(request: Request, remoteAddress: string | undefined): Question {
  const { pathname, host } = new URL(request.url)
  return {
    method: request.method,
    path: pathname,
    remoteAddress,
    // What is no address of another machine is none that tells: `''` of a server that does not know, the path of a socket.
    isLoopback: remoteAddress === undefined || !isAddress(remoteAddress) || isLoopbackAddress(remoteAddress),
    // Servers make the URL of that header, and some keep it to themselves.
    header: (name) => request.headers.get(name) ?? (name === 'host' ? host : undefined),
    body: (maxBytes) => readBody(request, maxBytes),
    onGone(callback) {
      if (request.signal.aborted) callback()
      else onAbort(request.signal, callback)
    },
    toRequest: () => new Request(request.url, { method: request.method, headers: request.headers }),
  }
}

export function toResponse({ status, headers, body, stream }: Answer): Response {
  const content = stream === undefined ? body : ReadableStream.from(stream).pipeThrough(new TextEncoderStream())
  return new Response(content, { status, headers })
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | BodyFault> {
  if (Number(request.headers.get('content-length')) > maxBytes) return 'too-large'
  if (request.bodyUsed) return 'taken'
  if (request.body === null) return new Uint8Array()
  try {
    return await readStream(request.body, maxBytes)
  } catch {
    return 'cut-short'
  }
}

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | BodyFault> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > maxBytes) return 'too-large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
