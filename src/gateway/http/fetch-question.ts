import { onAbort } from '../../base/abort-signal.js'
import type { Answer, BodyFault, Question } from './question.js'

/** A request of a server that speaks fetch. */
export function fetchQuestion(request: Request, remoteAddress: string | undefined): Question {
  const { pathname } = new URL(request.url)
  return {
    method: request.method,
    path: pathname,
    remoteAddress,
    isLoopback: false,
    header: (name) => request.headers.get(name) ?? undefined,
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
