/**
 * Subjects, and the patterns that select them: `?` is exactly one character, `*` any number of them, none included. Case
 * counts; no separator has a meaning, so `*` crosses all of them.
 */

import { quote } from '../actors/quote.js'
import { nameFault } from '../actors/service-name.js'

const ASTERISK = 0x2a
const QUESTION_MARK = 0x3f
const WILDCARD = /[*?]/
/** Nothing that a subject must not have, and short enough whatever it is made of. */
const PLAIN_SUBJECT = /^[ -)+->@-~]{0,255}$/

/** Whether a text has a wildcard. */
export function isPattern(text: string): boolean {
  return WILDCARD.test(text)
}

/**
 * Returns a subject that can be published under; `''` is one.
 *
 * - **Errors**: TypeError that begins with `action`, quotes the subject and says what to give.
 */
export function checkSubject(subject: unknown, action: string): string {
  if (typeof subject === 'string' && PLAIN_SUBJECT.test(subject)) return subject
  const fault = nameFault(subject) ?? (isPattern(subject as string) ? 'text without * and ?: a subject is no pattern' : undefined)
  if (fault !== undefined) throw new TypeError(`${action}: subject is ${quote(subject)}; give ${fault}`)
  return subject as string
}

/**
 * Returns a pattern that can be subscribed to; a subject is one, which selects itself.
 *
 * - **Errors**: TypeError that begins with `action`, quotes the pattern and says what to give.
 */
export function checkPattern(pattern: unknown, action: string): string {
  const fault = nameFault(pattern)
  if (fault !== undefined) throw new TypeError(`${action}: pattern is ${quote(pattern)}; give ${fault}`)
  return pattern as string
}

/**
 * Whether a pattern selects a subject: `system.*` selects `system.time` and `system.a.b`, not `system`; `*` selects all.
 *
 * - **Cost**: at most the product of the two lengths. What does not fit is tried again behind the last `*` only: an earlier one
 *   could not take anything that a later one cannot.
 */
export function matchSubject(pattern: string, subject: string): boolean {
  let p = 0
  let s = 0
  let star = -1
  let retry = 0
  while (s < subject.length) {
    const wanted = p < pattern.length ? pattern.charCodeAt(p) : -1
    if (wanted === ASTERISK) {
      star = p++
      if (p === pattern.length) return true
      retry = s
    } else if (wanted === QUESTION_MARK) {
      p++
      s += widthAt(subject, s)
    } else if (wanted === subject.charCodeAt(s)) {
      p++
      s++
    } else if (star >= 0) {
      p = star + 1
      retry += widthAt(subject, retry)
      s = retry
    } else return false
  }
  while (p < pattern.length && pattern.charCodeAt(p) === ASTERISK) p++
  return p === pattern.length
}

/** How many UTF-16 units the character at `index` takes. */
function widthAt(text: string, index: number): 1 | 2 {
  const unit = text.charCodeAt(index)
  if (unit < 0xd800 || unit > 0xdbff || index + 1 === text.length) return 1
  const next = text.charCodeAt(index + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}
