import { emptyAnswer, problem } from './answer.js'
import { hostName, isHost, isLoopbackName } from './loopback.js'
import type { Answer, Headers, Question } from './question.js'

/** Who may ask from a browser. */
export interface DoorRules {
  /** Origins of pages that may ask. */
  readonly cors: readonly string[]
  /** Names, beside those of this machine, that questions on loopback may be addressed to. */
  readonly hosts: readonly string[]
}

type Knock = Pick<Question, 'method' | 'header' | 'isLoopback'> & Partial<Pick<Question, 'remoteAddress'>>

const PREFLIGHT: Headers = {
  'access-control-allow-methods': 'POST, GET',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
}

const METHODS = new Set(['POST', 'GET', 'OPTIONS'])

/**
 * Answers what no protocol needs to see: questions of pages that may not ask, questions that a browser was tricked to address to
 * this machine (DNS rebinding), preflights of CORS; `undefined` for the rest.
 */
export function decideAtDoor(question: Knock, rules: DoorRules): Answer | undefined {
  if (!METHODS.has(question.method)) return methodNotAllowed(`${question.method} is not allowed here; a call is a POST`)
  const host = question.header('host')
  if (host !== undefined && !isHost(host)) return problem(400, `host "${host}" is none; give a name, or an address, and perhaps a port`)
  if (question.isLoopback && host !== undefined && !isKnownHost(host, rules)) {
    const other = question.remoteAddress === undefined ? ', or fetch() the remoteAddress of the connection' : ''
    return problem(403, `host "${host}" is not this machine; if it is to be asked by that name, give createGateway() it in hosts${other}`)
  }
  const origin = question.header('origin')
  if (origin !== undefined && !rules.cors.includes(origin)) {
    return problem(403, `pages of ${origin} may not ask; if they are to, give createGateway() that origin in cors`)
  }
  if (question.method !== 'OPTIONS') return undefined
  return emptyAnswer(origin === undefined ? { allow: 'POST, GET, OPTIONS' } : { ...PREFLIGHT, ...corsHeaders(origin) })
}

export function methodNotAllowed(detail: string, allow = 'POST'): Answer {
  return problem(405, detail, { headers: { allow } })
}

/** Lets the page that asks read the answer; its origin is one of those that may. */
export function corsHeaders(origin: string): Headers {
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' }
}

/** The names that nearly all questions have, first. */
function isKnownHost(host: string, { hosts }: DoorRules): boolean {
  if (/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return true
  const name = hostName(host)
  return isLoopbackName(name) || hosts.includes(name)
}
