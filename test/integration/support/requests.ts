import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request as requestOver } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request as it is to be sent. */
export interface Sent {
  /** `'POST'` by default. */
  readonly method?: string
  /** Goes as it is, dots and all. */
  readonly path: string
  /** Any: those too that `fetch` does not let anybody set. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back. */
export interface Returned {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** Sends a request to this machine, with JSON as its content type if it has no headers of its own. */
export async function send(port: number, { method = 'POST', path, headers = JSON_TYPE, body = '' }: Sent): Promise<Returned> {
  const request = requestOver({ host: '127.0.0.1', port, method, path, headers, agent: false })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
}

/** Calls a method over REST, without arguments. */
export function callAt(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Returned> {
  return send(port, { path, headers: { ...JSON_TYPE, ...headers }, body: '[]' })
}
