import { STATUS_CODES } from 'node:http'
import type { Answer, Headers } from './question.js'

const ALWAYS: Headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
const JSON_HEADERS: Headers = { ...ALWAYS, 'content-type': 'application/json' }
const XML_HEADERS: Headers = { ...ALWAYS, 'content-type': 'text/xml; charset=utf-8' }
const PROBLEM_HEADERS: Headers = { ...ALWAYS, 'content-type': 'application/problem+json' }

export function jsonAnswer(json: string): Answer {
  return { status: 200, headers: JSON_HEADERS, body: json }
}

export function xmlAnswer(xml: string): Answer {
  return { status: 200, headers: XML_HEADERS, body: xml }
}

/** There is nothing to say. */
export function emptyAnswer(headers: Headers = {}): Answer {
  return { status: 204, headers: { ...ALWAYS, ...headers }, body: null }
}

/** What went wrong, for people and programs (RFC 9457). */
export function problem(status: number, detail: string, more: { readonly headers?: Headers; readonly members?: object } = {}): Answer {
  const body = JSON.stringify({ title: STATUS_CODES[status], status, detail, ...more.members })
  return { status, headers: { ...PROBLEM_HEADERS, ...more.headers }, body }
}

/** The same answer with more headers. */
export function withHeaders(answer: Answer, headers: Headers): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}
