import type { LogDelta, LogUpdate, Regrouping } from '../catalogue/logs/log-update.js'
import type { ServiceRecord } from '../catalogue/logs/service-record.js'

/** What one frame tells at most of a list, so that long ones neither reach the limits of a frame nor keep beats waiting. */
const MOST_MEMBERS = 2000
const MOST_BYTES = 256 * 2 ** 10
/** About what a member takes up besides its texts. */
const MEMBER_BYTES = 64

/** A part of something; more of it follows in the next frame. */
export interface Part<T> {
  readonly part: T
  readonly more: boolean
}

/** Cuts a list; there is one part at least. */
export function listParts<T>(list: readonly T[], textsOf: (member: T) => readonly string[]): readonly Part<readonly T[]>[] {
  const parts: T[][] = [[]]
  let bytes = 0
  for (const member of list) {
    const size = textsOf(member).reduce((sum, text) => sum + text.length * 3, MEMBER_BYTES)
    const last = parts.at(-1) as T[]
    const isFull = last.length > 0 && (last.length === MOST_MEMBERS || bytes + size > MOST_BYTES)
    if (isFull) parts.push([member])
    else last.push(member)
    bytes = isFull ? size : bytes + size
  }
  return parts.map((part, index) => ({ part, more: index + 1 < parts.length }))
}

/** Cuts an update that holds many records. */
export function updateParts(update: LogUpdate): readonly Part<LogUpdate>[] {
  if (update.kind === 'state')
    return listParts(update.records, textsOf).map(({ part, more }) => ({ part: { ...update, records: part }, more }))
  return update.kind === 'delta' ? deltaParts(update) : [{ part: update, more: false }]
}

/** Removals, of which a log keeps few, come with the last part. */
function deltaParts(delta: LogDelta): readonly Part<LogDelta>[] {
  const nothing: LogDelta = { ...delta, removed: [], records: [], regrouped: [] }
  const regrouped = listParts(delta.regrouped, ({ groups }) => groups).map(({ part }): LogDelta => ({ ...nothing, regrouped: part }))
  const records = listParts(delta.records, textsOf).map(({ part }): LogDelta => ({ ...nothing, records: part }))
  const parts = [...regrouped, ...records].filter((part) => part.regrouped.length + part.records.length > 0)
  const last: LogDelta = { ...(parts.pop() ?? nothing), removed: delta.removed }
  return [...parts.map((part) => ({ part, more: true })), { part: last, more: false }]
}

function textsOf({ agent, name, groups, streams }: ServiceRecord): readonly string[] {
  return [agent, name, ...groups, ...(streams ?? [])]
}

/** Puts an update together that comes in parts, one after another. */
export class UpdateJoin {
  readonly #mostRecords: number
  #key = ''
  #records: ServiceRecord[] = []
  #regrouped: Regrouping[] = []

  constructor(mostRecords: number) {
    this.#mostRecords = mostRecords
  }

  /**
   * The whole update with its last part, before that `undefined`.
   *
   * @throws RangeError for parts that are not of one update, or of too large a one
   */
  take(log: string, { part, more }: Part<LogUpdate>): LogUpdate | undefined {
    if (!more && this.#key === '') return part
    const key = `${log} ${keyOf(part)}`
    if (this.#key !== '' && this.#key !== key) throw new RangeError('an update goes on as another')
    this.#key = key
    if (part.kind === 'state' || part.kind === 'delta') this.#records.push(...part.records)
    if (part.kind === 'delta') this.#regrouped.push(...part.regrouped)
    if (this.#records.length + this.#regrouped.length > this.#mostRecords)
      throw new RangeError(`an update has more than ${this.#mostRecords} records`)
    return more ? undefined : this.#whole(part)
  }

  #whole(last: LogUpdate): LogUpdate {
    const [records, regrouped] = [this.#records, this.#regrouped]
    this.#key = ''
    this.#records = []
    this.#regrouped = []
    return last.kind === 'delta' ? { ...last, records, regrouped } : ({ ...last, records } as LogUpdate)
  }
}

function keyOf(update: LogUpdate): string {
  if (update.kind === 'delta') return `delta ${update.from} ${update.to}`
  if (update.kind === 'state') return `state ${update.number}`
  throw new RangeError('a change comes in parts')
}
