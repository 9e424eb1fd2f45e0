import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import type { Call, Party } from '../kernel/call.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { DropReason } from '../kernel/counters.js'
import { runsMessages, takesMessages } from '../kernel/lifecycle.js'
import { decideAdmission, Mailbox } from '../kernel/mailbox.js'
import { Envelope, type Post } from '../kernel/message.js'
import type { Told } from '../remote-type.js'
import { watchChain } from './chain.js'
import { nameOf, unavailable } from './failing.js'
import { settleFailure, settleValue } from './settling.js'

/** Puts a message into the mailbox of a cell of this thread, or does with it what the mailbox's policy says. */
export function admit(core: Core, cell: Cell, envelope: Envelope): Told {
  if (core.intercept !== null) {
    const told = core.intercept(cell, envelope)
    if (told !== null) return told
  }
  if (!isOpen(cell, envelope)) return refuse(core, envelope, { reason: 'unavailable', failure: unavailable(cell), target: cell })
  const mailbox = cell.mailbox ?? cell.openMailbox()
  const options = cell.spec.mailbox
  if (mailbox.load < options.capacity) return accept(core, cell, envelope)
  switch (decideAdmission(envelope.kind, options, mailbox.load, cell.waiting?.size ?? 0)) {
    case 'accept-and-drop-oldest':
      if (!dropOldest(core, cell, mailbox, envelope)) return refuseFull(core, cell, envelope)
      return accept(core, cell, envelope)
    case 'wait':
      return putOutside(core, cell, envelope)
    case 'refuse':
    case 'drop':
      return refuseFull(core, cell, envelope)
    case 'accept':
      return accept(core, cell, envelope)
  }
}

function isOpen(cell: Cell, envelope: Envelope): boolean {
  return takesMessages(cell.state) || (envelope.own !== null && cell.drain?.takesOwnTurns === true)
}

/** {@link admit} of a tell, for which nothing is allocated while it waits. */
export function admitTell(core: Core, cell: Cell, post: Post, args: readonly unknown[]): Told {
  const mailbox = cell.mailbox ?? cell.openMailbox()
  const plain = takesMessages(cell.state) && mailbox.load < cell.spec.mailbox.capacity && core.intercept === null
  if (!plain) return admit(core, cell, new Envelope(post, args, null))
  mailbox.pushTell(post, args)
  core.counters.queued(1)
  wake(core, cell)
  return 'accepted'
}

/** A turn of the actor's own, for which nothing is allocated while it waits. It is always taken in. */
export function admitOwn(core: Core, cell: Cell, post: Post, args: readonly unknown[]): void {
  core.counters.sent()
  if (!takesMessages(cell.state)) return core.counters.dropped('stopped')
  cell.openMailbox().pushTell(post, args)
  core.counters.queued(1)
  wake(core, cell)
}

function wake(core: Core, cell: Cell): void {
  if (!cell.ready && !cell.suspended && runsMessages(cell.state)) core.dispatcher.schedule(cell)
}

function accept(core: Core, cell: Cell, envelope: Envelope): Told {
  cell.openMailbox().push(envelope)
  core.counters.queued(1)
  const { call } = envelope
  if (call !== null) {
    if (envelope.kind === 'offer') taken(core, envelope)
    else queued(core, cell, envelope, call)
  }
  wake(core, cell)
  return 'accepted'
}

function queued(core: Core, cell: Cell, envelope: Envelope, call: Call): void {
  call.place = envelope
  const stands = call.parent !== null || call.chain !== null
  if (stands && call.alarm === null) watchChain(core, { cell, call, left: () => admitWaiting(core, cell) })
}

/** An offer is answered as soon as it is in the mailbox; from there it goes on as a tell. */
function taken(core: Core, envelope: Envelope): void {
  const { call } = envelope
  envelope.call = null
  if (call === null) return
  call.place = null
  settleValue(core, call, undefined)
}

function putOutside(core: Core, cell: Cell, envelope: Envelope): Told {
  cell.waiting ??= new Mailbox()
  cell.waiting.push(envelope)
  core.counters.queued(1)
  if (envelope.call !== null) queued(core, cell, envelope, envelope.call)
  return 'accepted'
}

/** False when nothing waits that is less urgent than what comes. */
function dropOldest(core: Core, cell: Cell, mailbox: Mailbox, { post }: Envelope): boolean {
  const oldest = mailbox.takeOldest(post.lane)
  if (oldest === null) return false
  core.counters.queued(-1)
  refuseFull(core, cell, oldest)
  return true
}

function full(cell: Cell): MailboxFull {
  const { capacity, overflow } = cell.spec.mailbox
  return new MailboxFull({ details: `the mailbox of ${nameOf(cell)} is full: ${capacity} messages wait (overflow '${overflow}')` })
}

function refuseFull(core: Core, cell: Cell, envelope: Envelope): Told {
  return refuse(core, envelope, { reason: 'mailbox-full', failure: full(cell), target: cell })
}

/** Why a message is not run, and by whom. */
export interface Refusal {
  readonly reason: DropReason
  readonly failure: ServiceFailure
  readonly target: Party
}

/** Ends a message that will not be run. */
export function refuse(core: Core, envelope: Envelope, { reason, failure, target }: Refusal): Told {
  core.counters.dropped(reason)
  core.letters.add(reason, { post: envelope.post, args: envelope.args, target })
  if (envelope.call !== null) settleFailure(core, envelope.call, failure)
  return reason === 'unavailable' || reason === 'stopped' ? 'unavailable' : 'dropped'
}

/** Drops a message whose call has ended while it waited. */
export function lapsed(core: Core, { post, args }: Envelope, target: Party): void {
  core.counters.dropped('expired')
  core.letters.add('expired', { post, args, target })
}

/** Lets in what waits outside, as long as there is room. */
export function admitWaiting(core: Core, cell: Cell): void {
  const { waiting, mailbox } = cell
  if (waiting === null || mailbox === null) return
  while (waiting.size > 0 && mailbox.load < cell.spec.mailbox.capacity) {
    const envelope = waiting.shift()
    if (envelope === null) return
    core.counters.queued(-1)
    accept(core, cell, envelope)
  }
}
