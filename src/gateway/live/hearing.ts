import { factsOfTarget } from '../../actors/facade/facts.js'
import { watch } from '../../actors/facade/subscribing.js'
import type { Feed } from '../../actors/feeds/feed.js'
import { factsOf, type Reason } from '../../actors/kernel/binding.js'
import type { Heard, Report } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import { RequestRefused } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { ClientFrame } from '../../client/protocol/frames.js'
import type { Acquaintances } from './acquaintances.js'
import { Credit } from './credit.js'
import type { Deed } from './deeds.js'
import type { Offering } from './offering.js'
import type { Outbox } from './outbox.js'
import type { Outsider } from './outsider.js'
import type { ReportTexts } from './report-texts.js'
import type { Roster } from './roster.js'
import type { Speech } from './speech.js'

/** What subscriptions of one client stand on. */
export interface HearingParts {
  readonly outsider: Outsider
  readonly known: Acquaintances
  readonly speech: Speech
  readonly outbox: Outbox
  readonly roster: Roster
  readonly offering: Offering
  readonly texts: ReportTexts
  /** Reports wait in their subscriptions while the client is slow; else they are sent whatever waits. */
  readonly holdsBack: boolean
}

/** Characters of what is subscribed to, for it is kept as long as the subscription: more than any name or address has. */
const MAX_SOUGHT_LENGTH = 1024

type SubscribeFrame = Extract<ClientFrame, { readonly kind: 'subscribe' }>

/**
 * Subscribes for a client.
 *
 * @throws ServiceFailure for what is not offered; TypeError for a wrong pattern
 */
export function beginSubscription(parts: HearingParts, frame: SubscribeFrame, done: () => void): Deed {
  const pump = new ReportPump(parts, frame)
  void pump.run().finally(done)
  return pump
}

/** Takes reports out of a subscription as the client has room for them: what waits, and what is dropped, is the subscription's affair. */
class ReportPump implements Deed {
  readonly owes = false
  readonly #parts: HearingParts
  readonly #id: number
  readonly #isOneActor: boolean
  readonly #feed: Feed<Report>
  readonly #credit: Credit
  #isOver = false
  #isReady = false
  #isIdle = false
  /** Reports that had no form. */
  #missed = 0

  constructor(parts: HearingParts, { id, where, pattern, capacity, overflow, credit }: SubscribeFrame) {
    this.#parts = parts
    this.#id = id
    this.#credit = new Credit(credit)
    this.#isOneActor = where.id !== undefined
    const { core, life } = parts.outsider
    const order = { wanted: wantedOf(parts, where), pattern, capacity, overflow, listener: undefined, signal: undefined, uncopied: true }
    const subscribed = core.directory.reports.subscribe(life, order)
    this.#feed = subscribed.feed as Feed<Report>
    // What was delivered before is on its way to the client first.
    void subscribed.ready.then(() => core.world.scheduler.macrotask(() => this.#becomeReady()))
  }

  credit(count: number): void {
    this.#credit.add(count)
  }

  end(): void {
    this.#isOver = true
    this.#credit.end()
    this.#parts.outbox.giveUp(this)
    this.#feed.close()
  }

  async run(): Promise<void> {
    const { speech, outbox, holdsBack } = this.#parts
    const reading = this.#feed.reading
    try {
      while (!this.#isOver && reading !== undefined) {
        // Every wait is a turn of the queue of promises, for each client.
        const paid = this.#credit.take()
        if (paid !== undefined) await paid
        const room = holdsBack ? outbox.room(this) : undefined
        if (room !== undefined) await room
        if (this.#isOver) return
        this.#setIdle(true)
        const { done, value } = await reading.next()
        this.#setIdle(false)
        if (this.#isOver) return
        if (done === true) return speech.say({ kind: 'end', id: this.#id })
        if (!this.#send(value as Heard)) this.#credit.add(1)
      }
    } catch (error) {
      if (!this.#isOver) speech.endWith(this.#id, error)
    }
  }

  #becomeReady(): void {
    if (this.#isOver) return
    this.#isReady = true
    if (this.#isIdle) this.#setIdle(true)
  }

  /** Idle and nothing waits: all that came before has been sent. */
  #setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle
    if (!isIdle || !this.#isReady || (this.#feed.reading?.size ?? 0) > 0) return
    this.#isReady = false
    this.#parts.speech.say({ kind: 'ready', id: this.#id })
  }

  /** False when nothing was sent. */
  #send({ report, pattern, missed }: Heard): boolean {
    const { publisher, subject } = report
    const { offering, roster, speech, texts, outsider } = this.#parts
    if (!this.#isOneActor && !offering.includes(publisher, publisher.address)) return false
    const told = roster.has(publisher.id) ? publisher.id : offering.offerOf(factsOf(publisher), undefined)
    const all = missed + this.#missed
    try {
      const own = `"publisher":${JSON.stringify(told)},"pattern":${JSON.stringify(pattern)},"missed":${all}`
      speech.sayText(`{"kind":"report","id":${this.#id},"report":{${own},${texts.membersOf(report, speech.handles)}}}`, 'content')
      this.#missed = 0
      return true
    } catch (error) {
      this.#missed = all + 1
      outsider.core.world.log.warn(`gateway: a report "${subject}" cannot be told to a live client: ${thrownText(error)}`)
      return false
    }
  }
}

function wantedOf({ known, offering }: HearingParts, where: SubscribeFrame['where']): Wanted {
  if (Object.values(where).some((sought) => sought !== undefined && sought.length > MAX_SOUGHT_LENGTH))
    throw new RequestRefused({ details: `subscribe(): nothing has a name of more than ${MAX_SOUGHT_LENGTH} characters` })
  if (where.id !== undefined) {
    if (known.find(where.id) !== undefined) return { id: where.id }
    throw new RequestRefused({ details: `subscribe(): actor ${where.id} is not offered here` })
  }
  const wanted = offering.narrow(where)
  if (wanted === undefined) throw new RequestRefused({ details: 'subscribe(): that is not offered here' })
  return wanted
}

/** Tells a client once when an actor is gone for good; at once of one that it may not know of. */
export function beginWatch(parts: HearingParts, { id, to }: Extract<ClientFrame, { readonly kind: 'watch' }>, done: () => void): Deed {
  const { known, speech, outsider } = parts
  const target = known.find(to)
  const tell = (reason: Reason): void => {
    speech.say({ kind: 'gone', id, reason })
    done()
  }
  const watching =
    target === undefined ? undefined : watch(outsider, known.remote(target), ({ reason }: { readonly reason: Reason }) => tell(reason))
  // Only once it can be ended.
  if (watching === undefined) outsider.core.world.scheduler.microtask(() => tell('unreachable'))
  else factsOfTarget(outsider.core, target as NonNullable<typeof target>)
  return { owes: false, credit: () => undefined, end: () => watching?.close() }
}
