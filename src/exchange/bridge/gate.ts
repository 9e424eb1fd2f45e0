/**
 * The one gate for what active links say (RELIABILITY 4.3): whoever is at the other end has proved who it is, and speaks for itself.
 *
 * | said | by a client | by a server |
 * | --- | --- | --- |
 * | how far its logs are, and what it lacks | yes | yes |
 * | a change in the log of a process | of itself; if it may bridge, of those it has reported behind it | of any |
 * | mail from a process | as above | of any but this one and those that are linked to this one |
 * | links of a process | of itself; if it may bridge, with what is behind it | of any |
 * | where its server gets | no | to its clients |
 */

import type { ControlFrame } from '../protocol/control-frames.js'
import type { Role } from '../protocol/hello.js'

/** The other end of a link. */
export interface Speaker {
  readonly id: string
  readonly role: Role
  /** As a client it may speak for processes behind it. */
  readonly mayBridge: boolean
  /** As a client: those behind it, by what it has reported. */
  readonly fronts: ReadonlySet<string>
}

/** This process, in the exchange group of the link. */
export interface Hearer {
  readonly id: string
  readonly role: Role
  isNeighbor(process: string): boolean
}

/** What a link says, as far as it matters here. */
export type Said =
  | { readonly kind: 'update' | 'mail'; readonly origin: string }
  | { readonly kind: 'report'; readonly process: string; readonly behind: number }
  | { readonly kind: 'telling' }
  | { readonly kind: 'summary' | 'digests' | 'synced' | 'wanted' }

export function saidBy({ kind, value }: ControlFrame): Said {
  if (kind === 'update') return { kind, origin: value.log.origin.id }
  if (kind === 'report') return { kind, process: value.process, behind: value.behind.length }
  return { kind }
}

export function isPermitted(said: Said, speaker: Speaker, hearer: Hearer): boolean {
  switch (said.kind) {
    case 'summary':
    case 'digests':
    case 'synced':
    case 'wanted':
      return true
    case 'telling':
      return speaker.role === 'server' && hearer.role === 'client'
    case 'report':
      return hearer.role === 'server' && (speaker.role === 'server' || mayReport(said, speaker))
    case 'update':
      return speaker.role === 'server' || speaksFor(speaker, said.origin)
    case 'mail':
      return speaker.role === 'server' ? mayCarry(said.origin, speaker, hearer) : speaksFor(speaker, said.origin)
  }
}

function mayReport({ process, behind }: { readonly process: string; readonly behind: number }, { id, mayBridge }: Speaker): boolean {
  return process === id && (mayBridge || behind === 0)
}

function speaksFor({ id, mayBridge, fronts }: Speaker, origin: string): boolean {
  return origin === id || (mayBridge && fronts.has(origin))
}

/** Whoever is linked to this process sends its mail over that link. */
function mayCarry(origin: string, speaker: Speaker, hearer: Hearer): boolean {
  return origin === speaker.id || (origin !== hearer.id && !hearer.isNeighbor(origin))
}
