import { mayCross } from '../../router/audience.js'
import { isProcessName, type ProcessName } from '../protocol/process-name.js'
import { compareDigests, type Missing } from './digest-comparison.js'
import type { Applied, AudienceLog } from './logs/audience-log.js'
import { addHash, type Hash64, type LogDigest, NO_HASH } from './logs/digest.js'
import type { LogEvent, LogName } from './logs/log-event.js'
import { type LogChange, type LogUpdate, numberAfter } from './logs/log-update.js'
import type { Entry } from './logs/log-writer.js'
import { arrivalOf, type CatalogueEvent, lossOf, type Origin, type OriginLoss } from './origin.js'
import { type OriginLimits, OriginTable } from './origin-table.js'
import { OwnLogs } from './own-logs.js'
import { type RoomLimits, roomFault } from './room.js'
import { type RecordLimits, updateFault } from './update-check.js'

export interface CatalogueLimits extends OriginLimits, RecordLimits, RoomLimits {}

/** What an update came to. */
export type Learned =
  | { readonly kind: 'learned'; readonly events: readonly CatalogueEvent[] }
  /** Nothing new. */
  | { readonly kind: 'known' }
  /** Changes are missing: ask for those since `number`. The events are those of a life that has ended, if one has. */
  | { readonly kind: 'gap'; readonly number: number; readonly events: readonly CatalogueEvent[] }
  /** Of a life that has ended: a later one has this incarnation, which the peer should hear of (`meet`). */
  | { readonly kind: 'stale'; readonly incarnation: number }
  /** Of this process, which never said it: it begins a life after this incarnation (`renew`). */
  | { readonly kind: 'own'; readonly incarnation: number }
  /** Over a limit, or nothing that a writer says: the peer is to be refused. */
  | { readonly kind: 'refused'; readonly fault: string }

/** A link, seen from this process. */
export interface LinkView {
  /** The exchange group it belongs to. */
  readonly group: string
  /** What this process is in that group. */
  readonly role: 'server' | 'client'
  /** The id of the process at the other end. */
  readonly peer: string
}

/**
 * All logs that a process knows: its own, of which it is the only writer, and the replicas of others'. Pure state.
 *
 * - **Ordering**: services of an origin are announced while it can be reached (`reach`, `lose`). What is learned of it before,
 *   or while it is out of reach, is announced when it comes.
 * - **Cost**: comparing all logs with a peer's costs one hash, which is kept up to date; comparing each, a look at each.
 */
export class Catalogue {
  readonly #own: OwnLogs
  readonly #origins: OriginTable
  readonly #limits: CatalogueLimits

  constructor(self: ProcessName, limits: CatalogueLimits) {
    this.#limits = limits
    this.#origins = new OriginTable(limits)
    this.#own = new OwnLogs(self, this.#origins.totals, limits.removals)
  }

  /** This process, with its incarnation. */
  get self(): ProcessName {
    return this.#own.name
  }

  /** Other processes that are known, those out of reach included. */
  get size(): number {
    return this.#origins.size
  }

  /** Writes of a service of this process; `undefined` when the log says it already, or the audience is this process alone. */
  write(audience: string, entry: Entry): LogChange | undefined {
    return audience === '' ? undefined : this.#own.write(audience, entry)
  }

  /** Begins the next life of this process: whoever knows the one before has to be told everything. */
  renew(incarnation: number): void {
    this.#own.rename({ id: this.self.id, incarnation })
  }

  /** Takes what came over a link of `group` of the log of another process. */
  learn(name: LogName, update: LogUpdate, group: string): Learned {
    const { origin, audience } = name
    if (!mayCross(audience, group)) return refused(`audience "${audience}" does not cross group "${group}"`)
    if (!isProcessName(origin)) return refused('an origin is not named by 32 hexadecimal characters and an incarnation below 2^48')
    if (origin.id === this.self.id) return this.#hearOfSelf(name, numberAfter(update))
    const known = this.#origins.get(origin.id)
    if (known !== undefined && origin.incarnation < known.name.incarnation) return { kind: 'stale', incarnation: known.name.incarnation }
    const current = known?.name.incarnation === origin.incarnation ? known : undefined
    const fault = updateFault(update, this.#limits) ?? roomFault(current, update, { ...this.#limits, audience })
    if (fault !== undefined) return refused(fault)
    const loss = this.#lossBefore(origin)
    const admitted = current ?? this.#origins.admit(origin)
    if (admitted === undefined) return refused(`more than ${this.#limits.origins} origins`)
    return this.#apply(this.#origins.logOf(admitted, audience), update, { origin: admitted, group, loss })
  }

  /** A process lives this life, heard of by other ways: what is known of a life before is gone. */
  meet(name: ProcessName): readonly OriginLoss[] {
    const known = this.#origins.get(name.id)
    if (known === undefined || known.name.incarnation >= name.incarnation || !isProcessName(name)) return []
    const loss = this.#lossBefore(name)
    this.#origins.admit(name)
    return loss
  }

  /** A process says itself that it lives this life: what is known of a later one, while nothing leads there, is from a clock that was set back. */
  outlive({ id, incarnation }: ProcessName): void {
    const known = this.#origins.get(id)
    if (known !== undefined && known.name.incarnation > incarnation) this.forget(id)
  }

  /** An origin can be reached: what is known of it is announced. */
  reach(id: string): readonly LogEvent[] {
    const origin = this.#origins.get(id)
    return this.#origins.reach(id) && origin !== undefined ? arrivalOf(origin) : []
  }

  /** An origin can be reached no more. It is kept aside, so that its return costs a digest. */
  lose(id: string): OriginLoss | undefined {
    const origin = this.#origins.get(id)
    return this.#origins.lose(id) && origin !== undefined ? lossOf(origin, 'unreachable') : undefined
  }

  /** Forgets an origin that cannot be reached. */
  forget(id: string): void {
    if (!this.#origins.isReachable(id)) this.#origins.forget(id)
  }

  /** Those that are known but cannot be reached: lost, or not reached yet. */
  outOfReach(): readonly string[] {
    return [...this.#origins.all()].map(({ name }) => name.id).filter((id) => !this.#origins.isReachable(id))
  }

  /** What an origin has told an audience since a number; `undefined` when nothing is known of that life of it. */
  since({ origin, audience }: LogName, number: number): LogUpdate | undefined {
    const log = this.#log(origin, audience)
    return log?.name.origin.incarnation === origin.incarnation ? log.since(number) : undefined
  }

  /** One hash over all logs that a link of a group carries: where both sides have the same, nothing is missing. */
  hash(group: string): Hash64 {
    return audiencesOn(group).reduce((sum, audience) => addHash(sum, this.#origins.totals.of(audience)), NO_HASH)
  }

  /** The digests of all logs that a link of a group carries. */
  digests(group: string): readonly LogDigest[] {
    return this.#carried(group).map(({ digest }) => digest)
  }

  /** Which logs the other side of a link lacks, or is behind in, by its digests. */
  missing(theirs: readonly LogDigest[], link: LinkView): readonly Missing[] {
    const mine = this.#carried(link.group).filter(({ name }) => this.mayTell(name, link))
    return compareDigests(
      mine.map(({ digest }) => digest),
      theirs,
      { self: this.self.id, peer: link.peer },
    )
  }

  /**
   * Whether a log may be told over a link (OSE-SEMANTICS 3.5): its audience crosses the group, its origin can be reached, and
   * a client passes nothing on from one link of a group to another.
   */
  mayTell({ origin, audience }: LogName, { group, role }: Omit<LinkView, 'peer'>): boolean {
    if (!mayCross(audience, group)) return false
    if (origin.id === this.self.id) return true
    if (!this.#origins.isReachable(origin.id)) return false
    return role === 'server' || this.#origins.get(origin.id)?.via.some((one) => one !== group) === true
  }

  #hearOfSelf({ origin, audience }: LogName, number: number): Learned {
    const { incarnation } = this.self
    if (origin.incarnation < incarnation) return { kind: 'stale', incarnation }
    const isSaid = origin.incarnation === incarnation && number <= (this.#own.log(audience)?.number ?? 0)
    return isSaid ? { kind: 'known' } : { kind: 'own', incarnation: origin.incarnation }
  }

  /** What is to be announced of the life before this one. */
  #lossBefore({ id, incarnation }: ProcessName): readonly OriginLoss[] {
    const known = this.#origins.get(id)
    if (known === undefined || known.name.incarnation === incarnation || !this.#origins.isReachable(id)) return []
    return [lossOf(known, 'replaced')]
  }

  #apply(log: AudienceLog, update: LogUpdate, { origin, group, loss }: Source): Learned {
    const applied = this.#origins.totals.across(log, () => log.apply(update))
    if (applied.kind !== 'refused' && !origin.via.includes(group)) origin.via.push(group)
    return learnedOf(applied, this.#origins.isReachable(origin.name.id), loss)
  }

  #log(origin: ProcessName, audience: string): AudienceLog | undefined {
    if (origin.id === this.self.id) return this.#own.log(audience)
    return this.#origins.get(origin.id)?.logs.get(audience)
  }

  #carried(group: string): AudienceLog[] {
    const audiences = audiencesOn(group)
    const own = audiences.map((audience) => this.#own.log(audience))
    const others = [...this.#origins.all()].flatMap(({ logs }) => audiences.map((audience) => logs.get(audience)))
    return [...own, ...others].filter((log) => log !== undefined).filter((log) => log.number > 0)
  }
}

/** Where an update comes from, and what it has ended. */
interface Source {
  readonly origin: Origin
  readonly group: string
  readonly loss: readonly OriginLoss[]
}

/** The audiences whose logs a link of a group carries: those of which `mayCross` is true. */
function audiencesOn(group: string): readonly string[] {
  return group === '' || group === '*' ? ['*'] : ['*', group]
}

function refused(fault: string): Learned {
  return { kind: 'refused', fault }
}

function learnedOf(applied: Applied, isReachable: boolean, loss: readonly OriginLoss[]): Learned {
  if (applied.kind === 'refused') return applied
  if (applied.kind === 'gap') return { kind: 'gap', number: applied.number, events: loss }
  if (applied.kind === 'applied') return { kind: 'learned', events: isReachable ? [...loss, ...applied.events] : loss }
  return { kind: 'known' }
}
