import { hashNumber, hashText } from '../../../base/hash.js'

/** What a process tells others of one of its services. */
export interface Service {
  /** The part of the actor's id before `@`. */
  readonly agent: string
  readonly name: string
  /** In the order in which it joined them. */
  readonly groups: readonly string[]
  /** Its methods that are streams; `null` while its first setup goes on. */
  readonly streams: readonly string[] | null
}

/** A service in a log. */
export interface ServiceRecord extends Service {
  /** The number of the change that made it available: its name in the log. */
  readonly created: number
  /** The number of its last change. */
  readonly changed: number
}

/** The numbers of a record. */
export type RecordNumbers = Pick<ServiceRecord, 'created' | 'changed'>

const NONE: readonly string[] = Object.freeze([])

/**
 * The record of a service. Of the record that comes before it in the log it takes the name and the lists that equal its own:
 * the workers of a pool share theirs.
 */
export function recordOf(service: Service, { created, changed }: RecordNumbers, before: Service | undefined): ServiceRecord {
  const name = service.name === before?.name ? before.name : service.name
  const groups = shared(service.groups, before?.groups)
  const streams = service.streams === null ? null : shared(service.streams, before?.streams)
  return { created, changed, agent: service.agent, name, groups, streams }
}

/** The record after its groups have changed. */
export function regrouped(record: ServiceRecord, changed: number, groups: readonly string[]): ServiceRecord {
  const { created, agent, name, streams } = record
  return { created, changed, agent, name, groups: shared(groups, undefined), streams }
}

/** A number for all that a record says; another seed gives another. */
export function hashRecord(record: ServiceRecord, seed: number): number {
  const service = hashLine(record.name, hashLine(record.agent, seed))
  const lists = hashList(record.streams, hashList(record.groups, service))
  return hashNumber(record.changed, hashNumber(record.created, lists))
}

/** Tells whether two lists hold the same texts in the same order. */
function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index])
}

function shared(list: readonly string[], before: readonly string[] | null | undefined): readonly string[] {
  if (list.length === 0) return NONE
  return before && sameTexts(list, before) ? before : list
}

/** With its length, so that texts do not run into each other. */
function hashLine(text: string, seed: number): number {
  return hashText(text, hashNumber(text.length, seed))
}

function hashList(list: readonly string[] | null, seed: number): number {
  if (list === null) return hashNumber(0, seed)
  return list.reduce((hash, text) => hashLine(text, hash), hashNumber(list.length + 1, seed))
}
