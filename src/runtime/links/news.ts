import type { ActorFacts, Reason } from '../../actors/kernel/binding.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { DeadLetter } from '../../actors/kernel/dead-letters.js'
import type { ChildNews, ReachNews } from '../../actors/kernel/ports.js'
import { childSaid, restartTogether } from '../../actors/turns/life.js'
import { watchTarget } from '../../actors/turns/watching.js'
import { type ActorId, abroadOf, type ThreadKey } from '../../base/ids.js'
import type { Change, Snapshot } from '../../router/change-log.js'
import type { FarReport, ReportNote } from '../../router/reports/notes.js'
import type { Router } from '../../router/router.js'
import { FRAME, readMailFrame } from './frames.js'
import type { FrameReader } from './link.js'
import type { Peer } from './peer.js'

export interface NewsParts {
  readonly core: Core
  readonly router: Router
  readonly peer: Peer
  /** A value, with the Remotes in it those of the system. */
  readonly read: (frame: FrameReader) => unknown
}

/** Takes in what another thread says of its actors, and of ours that are its business: all frames that are part of no request. */
export function takeNews(parts: NewsParts, tag: number, frame: FrameReader): void {
  const { router, peer, read } = parts
  const { bytes } = frame
  switch (tag) {
    case FRAME.watch:
      return watch(parts, bytes.varint())
    case FRAME.gone:
      return gone(parts, bytes.varint(), bytes.string() as Reason)
    case FRAME.snapshot:
      return router.adopt(peer.thread, read(frame) as Snapshot)
    case FRAME.change:
      return router.apply(peer.thread, read(frame) as Change)
    case FRAME.note:
      return note(parts, read(frame) as ReportNote)
    case FRAME.report:
      return heard(parts, { publisher: bytes.string() as ActorId, subject: bytes.string(), value: read(frame) })
    case FRAME.child:
      return child(parts, read(frame) as { readonly id: ActorId; readonly news: ChildNews })
    case FRAME.letter:
      return letter(parts.core, read(frame) as { readonly letter: DeadLetter; readonly missed: number })
    case FRAME.inquiry:
      return parts.core.delivery.inquired(read(frame) as ActorId, peer.thread)
    case FRAME.abandoned:
      return parts.core.knownFar(read(frame) as ActorId)?.markGone('crashed')
    case FRAME.moved:
      return moved(parts.core, read(frame) as ActorFacts)
    case FRAME.mail:
      return parts.core.delivery.mailed(readMailFrame(bytes), peer.thread)
    case FRAME.reach:
      return parts.core.delivery.reaches(read(frame) as ReachNews)
    case FRAME.hold:
      return parts.core.delivery.held(peer.thread, bytes.varint())
    case FRAME.restart:
      return restart(parts.core.cells.get(bytes.varint()), parts.core, bytes.f64())
  }
}

/** From another process only of what it may know of, and what was asked of it; its workers publish for no pool of ours. */
function note({ router, peer }: NewsParts, said: ReportNote): void {
  const one = peer.customs === null ? said : peer.customs.note(said)
  const isRefused = one === undefined ? said.kind === 'subscribe' : one.kind === 'subscribe' && peer.reachable(one.cell) === undefined
  if (isRefused) return router.reports.refuse(peer.thread, (said as Extract<ReportNote, { kind: 'subscribe' }>).subscription)
  if (one === undefined || (peer.customs !== null && !isItsOwn(router, peer.thread, one))) return
  router.reports.receive(peer.thread, one)
}

function isItsOwn(router: Router, thread: ThreadKey, one: ReportNote): boolean {
  if (one.kind === 'publish') return false
  if (one.kind === 'subscribe' || one.kind === 'unsubscribe') return true
  return router.reports.publisherOf(one.subscription)?.endsWith(`@${abroadOf(thread).process}`) === true
}

/** Another process speaks for itself alone. */
function heard({ router, peer }: NewsParts, report: FarReport): void {
  if (peer.customs === null || report.publisher.endsWith(`@${abroadOf(peer.thread).process}`)) router.reports.heard(report)
}

function watch({ core, peer }: NewsParts, number: number): void {
  const cell = peer.reachable(number)
  if (cell === undefined) peer.gone(number, 'stopped')
  else peer.watched(number, () => watchTarget(core, cell, (reason) => peer.gone(number, reason)))
}

function gone({ core, peer }: NewsParts, number: number, reason: Reason): void {
  for (const far of core.knownFars()) if (far.thread === peer.thread && far.cell === number) far.markGone(reason)
}

function child({ core }: NewsParts, { id, news }: { readonly id: ActorId; readonly news: ChildNews }): void {
  const far = core.knownActor(id)
  if (far?.far === true) childSaid(core, far, news)
}

function letter(core: Core, { letter, missed }: { readonly letter: DeadLetter; readonly missed: number }): void {
  core.delivery.letter(letter, missed)
}

/** Only who holds a Remote of it needs to know. */
function moved(core: Core, facts: ActorFacts): void {
  if (core.knownFar(facts.id) !== undefined) core.far(facts)
}

function restart(cell: Cell | undefined, core: Core, delayMs: number): void {
  if (cell !== undefined) restartTogether(core, [cell], delayMs)
}
