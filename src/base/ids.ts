/** Names of things across threads and processes. */

declare const brand: unique symbol

/** `agent@process`: an actor, the same seen from anywhere, for its whole life. */
export type ActorId = string & { readonly [brand]: 'ActorId' }

/**
 * One life of a thread: `2` is the first thread in slot 2, `2-1` the one that replaced it. Of another process, as this one knows it,
 * `2-1@process@group`, where the group is the exchange group over which it is reached.
 */
export type ThreadKey = string & { readonly [brand]: 'ThreadKey' }

export function threadKey(slot: number, generation: number): ThreadKey {
  return (generation === 0 ? `${slot}` : `${slot}-${generation}`) as ThreadKey
}

/** The slot of a thread key. */
export function slotOf(key: ThreadKey): number {
  return Number.parseInt(key, 10)
}

/** How many threads were in its slot before it. */
export function generationOf(key: ThreadKey): number {
  const dash = key.indexOf('-')
  return dash < 0 ? 0 : Number.parseInt(key.slice(dash + 1), 10)
}

/** The number of the cell that an id names, as it was when the actor was made; NaN when it names none. */
export function cellNumber(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('.') + 1), 36)
}

export function actorId(thread: ThreadKey, cell: number, process: string): ActorId {
  return `${thread}.${cell.toString(36)}@${process}` as ActorId
}

/** A process, as it is reached over one exchange group. */
export interface Place {
  readonly process: string
  readonly group: string
}

/** What is taken from each thread of a process that is reached over an exchange group, and given to it. */
export interface PlaceTerms {
  /** Of one value: arguments, a result, a report. */
  readonly maxMessageBytes: number
  /** Requests that run or wait here. */
  readonly maxRequests: number
  readonly maxSubscriptions: number
}

/** A process that can be reached, and on which terms. */
export interface OpenPlace extends Place, PlaceTerms {}

/** Where a thread of another process is. */
export interface Abroad extends Place {
  /** Its key in its own process. */
  readonly thread: ThreadKey
}

export function abroadKey({ thread, process, group }: Abroad): ThreadKey {
  return `${thread}@${process}@${group}` as ThreadKey
}

/** Whether a thread is of another process. */
export function isAbroad(key: ThreadKey): boolean {
  return key.includes('@')
}

/** The inverse of `abroadKey`. */
export function abroadOf(key: ThreadKey): Abroad {
  const [thread = '', process = '', ...group] = key.split('@')
  return { thread: thread as ThreadKey, process, group: group.join('@') }
}

const HOME_KEY = /^\d{1,9}(-\d{1,9})?$/

/** Whether a text is the key of a thread in its own process. */
export function isHomeKey(text: unknown): text is ThreadKey {
  return typeof text === 'string' && HOME_KEY.test(text)
}

/** The key of a thread in its own process. */
export function homeKey(key: ThreadKey): ThreadKey {
  const end = key.indexOf('@')
  return end < 0 ? key : (key.slice(0, end) as ThreadKey)
}
