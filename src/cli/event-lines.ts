import type { ConnectionEvent, ListenResult } from 'troupe/exchange'

/** One thing that has come about. */
export type ExchangeEvent =
  | ({ readonly event: 'listening'; readonly group: string } & ListenResult)
  | ({ readonly event: 'connection' } & ConnectionEvent)

type Reason = NonNullable<ConnectionEvent['reason']>

/** What reasons mean, and what to do where something can be done. */
const MEANINGS: Readonly<Record<Reason, string>> = {
  group: 'the two are of different exchange groups: compare --group',
  secret: 'the two do not know the same secret',
  version: 'the other side speaks another version of the protocol, or something else',
  duplicate: 'there is another link to that process',
  self: 'it leads to this very process',
  authorise: 'one side does not want the other',
  identity: 'there is a newer process of that id',
  timeout: 'nothing was heard of the other side',
  lost: 'the connection broke off',
  closed: 'one side has closed it',
}

/** An event for people: one line. */
export function printEvent(event: ExchangeEvent): string {
  if (event.event === 'listening') return `listening: ${[event.address, ...portOf(event), groupOf(event)].join(', ')}`
  const { state, process, remoteAddress, reason, error } = event
  const parts = [remoteAddress, ...(process === '' ? [] : [`process ${process}`]), groupOf(event)]
  if (reason !== undefined) parts.push(`${reason} (${MEANINGS[reason]})`)
  if (error !== undefined) parts.push(withoutBreaks(error.message))
  return `${state}: ${parts.join(', ')}`
}

/** An event for programs: one line of JSON. */
export function printEventAsJson({ ...event }: ExchangeEvent, time: string): string {
  const error = 'error' in event && event.error !== undefined ? { error: event.error.message } : {}
  return JSON.stringify({ time, ...event, ...error })
}

/** A record of the log of the system, as a line of JSON. */
export function printRecordAsJson({ level, message, fields }: LogRecord, time: string): string {
  const { error, ...rest } = fields ?? {}
  return JSON.stringify({ time, event: 'log', level, message, ...rest, ...(error === undefined ? {} : { error: String(error) }) })
}

export interface LogRecord {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

function portOf({ port }: ListenResult): readonly string[] {
  return port === 0 ? [] : [`port ${port}`]
}

function groupOf({ group }: { readonly group: string }): string {
  return group === '' ? 'default group' : `group ${JSON.stringify(group)}`
}

function withoutBreaks(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
