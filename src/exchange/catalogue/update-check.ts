import { nameFault } from '../../actors/service-name.js'
import type { LogDelta, LogUpdate } from './logs/log-update.js'
import type { RecordNumbers, Service, ServiceRecord } from './logs/service-record.js'

/** How much one record may hold. */
export interface RecordLimits {
  /** For agents, names, groups and streams, each, in bytes of UTF-8; at most 255. */
  readonly nameBytes: number
  readonly groupsPerRecord: number
  readonly streamsPerRecord: number
}

/** Why an update is not one that a writer of a log makes; `undefined` when it is. Whether it fits a log is for the log to say. */
export function updateFault(update: LogUpdate, limits: RecordLimits): string | undefined {
  if (update.kind === 'delta') return deltaFault(update, limits)
  if (!isNumber(update.number)) return `change ${update.number} has no number from 1`
  if (update.kind === 'state') return recordsFault(update.records, { after: 0, to: update.number }, limits)
  if (update.kind === 'available') return serviceFault(update.service, limits)
  if (!(isNumber(update.created) && update.created < update.number)) return `change ${update.number} is of service ${update.created}`
  return update.kind === 'withdrawn' ? undefined : textFault('group', update.group, limits)
}

interface Range {
  readonly after: number
  readonly to: number
}

function deltaFault(delta: LogDelta, limits: RecordLimits): string | undefined {
  const { from, to, removed, records, regrouped } = delta
  if (!(isNumber(from + 1) && isNumber(to) && from < to)) return `a delta goes from ${from} to ${to}`
  if (removed.some((removal, index) => !(removal.number > (removed[index - 1]?.number ?? from) && removal.number <= to)))
    return 'the removals of a delta are not in order'
  if (removed.some(({ number, created }) => !(isNumber(created) && created < number))) return 'a removal is older than what it removes'
  if (!isAscending(regrouped, { after: 0, to: from }) || regrouped.some(({ changed }) => !(changed > from && changed <= to)))
    return 'the changes of groups in a delta are not in order'
  const services = new Set([...removed, ...records, ...regrouped].map(({ created }) => created))
  if (services.size < removed.length + records.length + regrouped.length) return 'a delta has one service twice'
  return recordsFault(records, { after: from, to }, limits) ?? first(regrouped, ({ groups }) => listFault('group', groups, limits))
}

function recordsFault(records: readonly ServiceRecord[], range: Range, limits: RecordLimits): string | undefined {
  if (!isAscending(records, range)) return 'the records are not in order'
  if (records.some(({ created, changed }) => !(changed >= created && changed <= range.to)))
    return 'a record has changed before or after its time'
  return first(records, (record) => serviceFault(record, limits))
}

function serviceFault({ agent, name, groups, streams }: Service, limits: RecordLimits): string | undefined {
  const texts = textFault('agent', agent, limits) ?? textFault('name', name, limits)
  return texts ?? listFault('group', groups, limits) ?? listFault('stream', streams ?? [], limits)
}

function listFault(what: 'group' | 'stream', list: readonly string[], limits: RecordLimits): string | undefined {
  const most = what === 'group' ? limits.groupsPerRecord : limits.streamsPerRecord
  if (list.length > most) return `a service has ${list.length} ${what}s, at most ${most}`
  if (new Set(list).size < list.length) return `a service has a ${what} twice`
  return first(list, (text) => textFault(what, text, limits))
}

function textFault(what: string, text: string, { nameBytes }: RecordLimits): string | undefined {
  const fault = nameFault(text)
  if (fault !== undefined) return `the ${what} of a service must be ${fault}`
  return bytesIn(text) > nameBytes ? `the ${what} of a service has more than ${nameBytes} bytes` : undefined
}

/** Bytes of UTF-8 in a text without lone surrogates. */
function bytesIn(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x800 && (unit & 0xf800) !== 0xd800) bytes += 2
    else if (unit >= 0x80) bytes++
  }
  return bytes
}

/** From 1, in 53 bits. */
function isNumber(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 1
}

function isAscending(list: readonly RecordNumbers[], { after, to }: Range): boolean {
  return list.every(({ created }, index) => Number.isSafeInteger(created) && created > (list[index - 1]?.created ?? after) && created <= to)
}

function first<T>(list: readonly T[], faultOf: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const fault = faultOf(one)
    if (fault !== undefined) return fault
  }
  return undefined
}
