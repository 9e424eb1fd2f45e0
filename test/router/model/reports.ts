/** What a publisher has for each of its subscriptions, in plain lists. */

import { plainMatch as matches } from '../patterns.js'
import { type Deed, type Epoch, printReport } from './facts.js'

interface Kept {
  readonly subject: string
  readonly serial: number
  readonly publishedMs: number
  readonly expiresMs: number
}

/** Plays what happened to one publisher; the last deed may be one that has yet to be done. */
export function playDeeds(deeds: readonly Deed[]): { readonly epochs: readonly Epoch[]; readonly kept: readonly Kept[] } {
  const epochs: Epoch[] = []
  let kept: readonly Kept[] = []
  for (const deed of deeds) {
    kept = kept.filter(({ expiresMs }) => expiresMs > deed.atMs)
    const open = epochs.filter((epoch) => epoch.open)
    if (deed.kind === 'begin') {
      const reports = kept
        .filter(({ subject }) => matches(deed.pattern, subject))
        .map(({ serial, subject }) => printReport(serial, subject, 'retained'))
      epochs.push({ subscriber: deed.subscriber, pattern: deed.pattern, reports, open: true })
    } else if (deed.kind === 'end') {
      const ended = open.find(({ subscriber, pattern }) => subscriber === deed.subscriber && pattern === deed.pattern)
      if (ended !== undefined) ended.open = false
    } else if (deed.kind === 'publish') {
      const { subject, serial, atMs, lifetimeMs } = deed
      for (const { pattern, reports } of open) if (matches(pattern, subject)) reports.push(printReport(serial, subject, 'published'))
      kept = kept.filter((one) => one.subject !== subject)
      if (lifetimeMs > 0) kept = [...kept, { subject, serial, publishedMs: atMs, expiresMs: atMs + lifetimeMs }]
    } else if (deed.kind === 'send') send(open, deed)
    else kept = kept.filter((one) => !isExpired(one, deed))
  }
  return { epochs, kept }
}

export function isExpired({ subject, publishedMs }: Kept, { pattern, ageMs, atMs }: Extract<Deed, { kind: 'expire' }>): boolean {
  return matches(pattern, subject) && atMs - publishedMs >= ageMs
}

/** One copy for each pattern that matches; where none does, one all the same. */
function send(open: readonly Epoch[], { to, subject, serial }: Extract<Deed, { kind: 'send' }>): void {
  const own = open.filter(({ subscriber }) => subscriber === to)
  const matching = own.filter(({ pattern }) => matches(pattern, subject))
  for (const { reports } of matching) reports.push(printReport(serial, subject, 'published'))
  if (matching.length === 0) own[0]?.reports.push(printReport(serial, subject, 'unmatched'))
}
