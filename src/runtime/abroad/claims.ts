/** What threads of other processes say of themselves: checked before anything is done with it, and never of anybody else. */

import { MAX_PROPERTIES, MAX_PROPERTY_CHARACTERS } from '../../actors/facade/call-properties.js'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Properties } from '../../actors/kernel/message.js'
import { nameFault } from '../../actors/service-name.js'
import { LONGEST_CHAIN } from '../../actors/turns/chain.js'
import { type Abroad, type ActorId, abroadKey, isHomeKey } from '../../base/ids.js'
import { DecodeError } from '../../codec/errors.js'
import type { ReportNote } from '../../router/reports/notes.js'
import type { RequestHead } from '../links/frames.js'
import { MOST_ROUTES } from '../links/routes.js'

/** A link of a chain is the name of a request and that of an actor. */
const MAX_LINK_CHARACTERS = 1024
const MAX_METHOD_CHARACTERS = 1024

/** Terms that a later request has too. */
type Terms = Pick<RequestHead, 'remainingMs' | 'chain' | 'route'>

/** @throws DecodeError */
export function checkTerms({ remainingMs, chain, route }: Terms): void {
  if (!(remainingMs >= 0)) throw garbled(`${remainingMs} ms are left`)
  if (route > MOST_ROUTES) throw garbled(`its kind has number ${route}, at most ${MOST_ROUTES}`)
  if (chain === null) return
  if (chain.length > LONGEST_CHAIN) throw garbled(`it stands on ${chain.length} others, at most ${LONGEST_CHAIN}`)
  if (chain.some((link) => link.length > MAX_LINK_CHARACTERS)) throw garbled('a request that it stands on has too long a name')
}

/**
 * What the first request of a kind says.
 *
 * @throws DecodeError
 */
export function checkHead(head: RequestHead, { process }: Abroad): RequestHead {
  checkTerms(head)
  if (head.method.length > MAX_METHOD_CHARACTERS) throw garbled(`its method has a name of ${head.method.length} characters`)
  const fault = nameFault(head.senderName) ?? nameFault(head.senderAudience) ?? propertiesFault(head.properties)
  if (fault !== undefined) throw garbled(`of its name, audience and properties one is not ${fault}`)
  return head.senderId === undefined || isOf(head.senderId, process) ? head : { ...head, senderId: undefined }
}

/**
 * A note as far as it may be said; `undefined` for what its workers publish for no pool of ours.
 *
 * @throws DecodeError
 */
export function checkNote(note: ReportNote, peer: Abroad): ReportNote | undefined {
  switch (note.kind) {
    case 'subscribe':
      checkCounts(note.cell, note.subscription)
      checkText(note.pattern, 'pattern')
      return { ...note, subscriber: checkSubscriber(note.subscriber, peer) }
    case 'unsubscribe':
      checkCounts(note.cell, note.subscription)
      return note
    case 'subscribed':
    case 'refused':
      checkCounts(note.subscription)
      return note
    case 'missed':
      checkCounts(note.subscription, note.count)
      return note
    case 'direct':
      checkCounts(note.subscription)
      checkText(note.subject, 'subject')
      if (!['published', 'retained', 'unmatched'].includes(note.as)) throw garbled('a report is of no kind there is')
      return note
    case 'publish':
      return undefined
    default:
      throw garbled('a note is of no kind there is')
  }
}

/** Whoever subscribes is of that process, whatever else it says of itself. */
function checkSubscriber(said: ActorFacts, peer: Abroad): ActorFacts {
  if (typeof said !== 'object' || said === null) throw garbled('nobody subscribes')
  const { id, name, audience, cell, thread } = said
  checkCounts(cell)
  checkText(name, 'name of a subscriber')
  checkText(audience, 'audience of a subscriber')
  checkText(id, 'id of a subscriber')
  if (!isOf(id, peer.process) || !isHomeKey(thread)) throw garbled('a subscriber is of another process than subscribes')
  const groups: readonly string[] = []
  return {
    id,
    name,
    audience,
    groups,
    process: peer.process,
    thread: abroadKey({ ...peer, thread }),
    cell,
    streams: null,
    supervisor: null,
  }
}

function isOf(id: ActorId, process: string): boolean {
  return id.endsWith(`@${process}`)
}

function propertiesFault(properties: Properties | null): string | undefined {
  const texts = Object.entries(properties ?? {})
  const size = texts.reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (texts.length <= MAX_PROPERTIES && size <= MAX_PROPERTY_CHARACTERS) return undefined
  return `at most ${MAX_PROPERTIES} texts of ${MAX_PROPERTY_CHARACTERS} characters in all`
}

function checkCounts(...counts: readonly number[]): void {
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) throw garbled('a number is none')
}

function checkText(text: string, what: string): void {
  const fault = nameFault(text)
  if (fault !== undefined) throw garbled(`the ${what} is not ${fault}`)
}

function garbled(what: string): DecodeError {
  return new DecodeError(`what another process sent is garbled: ${what}`)
}
