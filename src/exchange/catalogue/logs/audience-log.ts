import { addHash, compareHashes, type Hash64, type LogDigest, NO_HASH, SEEDS, subtractHash } from './digest.js'
import { arrival, departure, difference, type LogEvent, type LogName, regrouping } from './log-event.js'
import { type Step, stepOf, stepsOf } from './log-step.js'
import type { LogChange, LogDelta, LogState, LogUpdate, Regrouping, Removal } from './log-update.js'
import { RecordList } from './record-list.js'
import { RemovalList } from './removal-list.js'
import { hashRecord, recordOf, regrouped, type ServiceRecord } from './service-record.js'

/** What an update came to. Only `applied` has changed the log. */
export type Applied =
  | { readonly kind: 'applied'; readonly events: readonly LogEvent[] }
  /** The log is at this number or past it: `duplicate` where it is the very number. */
  | { readonly kind: 'old' }
  | { readonly kind: 'duplicate' }
  /** Changes are missing: ask for those since `number`. */
  | { readonly kind: 'gap'; readonly number: number }
  /** No writer of a log says this. */
  | { readonly kind: 'refused'; readonly fault: string }

const OLD: Applied = { kind: 'old' }
const DUPLICATE: Applied = { kind: 'duplicate' }

/**
 * What one origin tells one audience: its records, the number of the last change and the removals of late. The writer and
 * every replica hold the same. Pure state.
 *
 * - **Ordering**: changes apply in the order of their numbers only; events come in the order in which they are to be announced.
 * - **Cost**: about 80 bytes for a record besides its texts; a digest and a change are constant, but for finding the record.
 */
export class AudienceLog {
  name: LogName
  #records = new RecordList()
  readonly #removals: RemovalList
  #number = 0
  #hash: Hash64 = NO_HASH

  constructor(name: LogName, removalLimit: number) {
    this.name = name
    this.#removals = new RemovalList(removalLimit)
  }

  /** Of the last change; 0 before the first. */
  get number(): number {
    return this.#number
  }

  get size(): number {
    return this.#records.size
  }

  /** In the order of creation. */
  get records(): Iterable<ServiceRecord> {
    return this.#records
  }

  get digest(): LogDigest {
    return { ...this.name, number: this.#number, hash: this.#hash }
  }

  record(created: number): ServiceRecord | undefined {
    return this.#records.get(created)
  }

  /** What has changed since a number; `undefined` when nothing has. */
  since(number: number): LogDelta | LogState | undefined {
    if (number >= this.#number) return undefined
    const reaches = number > 0 && number >= this.#removals.reach
    return reaches ? this.#delta(number) : { kind: 'state', number: this.#number, records: [...this.#records] }
  }

  /** Takes what the writer has told. */
  apply(update: LogUpdate): Applied {
    if (update.kind === 'state') return this.#applyState(update)
    const [from, to] = update.kind === 'delta' ? [update.from, update.to] : [update.number - 1, update.number]
    if (to === this.#number) return DUPLICATE
    if (to < this.#number) return OLD
    if (from > this.#number) return { kind: 'gap', number: this.#number }
    return this.#applySteps(this.#stepsOf(update), to)
  }

  #stepsOf(update: LogChange | LogDelta): readonly Step[] | string {
    if (update.kind === 'delta') return stepsOf(update, this.#number, this.#records)
    const step = stepOf(update, this.#records)
    return typeof step === 'string' ? step : [step]
  }

  #delta(from: number): LogDelta {
    const records: ServiceRecord[] = []
    const regroupings: Regrouping[] = []
    for (const record of this.#records) {
      const { created, changed, groups } = record
      if (created > from) records.push(record)
      else if (changed > from) regroupings.push({ created, changed, groups })
    }
    return { kind: 'delta', from, to: this.#number, removed: this.#removals.since(from), records, regrouped: regroupings }
  }

  /** All steps or none. */
  #applySteps(steps: readonly Step[] | string, to: number): Applied {
    if (typeof steps === 'string') return { kind: 'refused', fault: steps }
    const events = steps.flatMap((step) => this.#take(step))
    this.#number = to
    return { kind: 'applied', events }
  }

  #applyState({ number, records }: LogState): Applied {
    if (number < this.#number) return OLD
    const after = new RecordList(sharing(records))
    const hash = records.reduce((sum, record) => addHash(sum, hashOf(record)), NO_HASH)
    if (number === this.#number && compareHashes(hash, this.#hash) === 0) return DUPLICATE
    const events = difference(this.name, this.#records, after)
    this.#records = after
    this.#removals.restart(number)
    this.#number = number
    this.#hash = hash
    return { kind: 'applied', events }
  }

  #take(step: Step): LogEvent[] {
    if (step.kind === 'gone') return this.#remove(step.removal)
    return step.kind === 'came' ? this.#add(step.record) : this.#regroup(step.to)
  }

  #add(given: ServiceRecord): LogEvent[] {
    const record = recordOf(given, given, this.#records.last)
    this.#records.append(record)
    this.#hash = addHash(this.#hash, hashOf(record))
    return arrival(this.name, record)
  }

  #remove({ number, created, reason }: Removal): LogEvent[] {
    this.#removals.add({ number, created, reason })
    const record = this.#records.get(created)
    if (record === undefined) return []
    this.#records.remove(created)
    this.#hash = subtractHash(this.#hash, hashOf(record))
    return departure(this.name, record, reason)
  }

  #regroup({ created, changed, groups }: Regrouping): LogEvent[] {
    const before = this.#records.get(created)
    if (before === undefined) return []
    const record = regrouped(before, changed, groups)
    this.#records.replace(record)
    this.#hash = addHash(subtractHash(this.#hash, hashOf(before)), hashOf(record))
    return regrouping(this.name, before, record)
  }
}

function hashOf(record: ServiceRecord): Hash64 {
  return { high: hashRecord(record, SEEDS.high), low: hashRecord(record, SEEDS.low) }
}

/** The records, each with what it can share with the one before it. */
function sharing(records: readonly ServiceRecord[]): ServiceRecord[] {
  const shared: ServiceRecord[] = []
  for (const record of records) shared.push(recordOf(record, record, shared.at(-1)))
  return shared
}
