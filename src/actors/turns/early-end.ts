import { RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import { Alarm } from '../kernel/alarm.js'
import { type Call, callsOf, type Place } from '../kernel/call.js'
import { Cell, type Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Envelope } from '../kernel/message.js'
import { admitWaiting } from './admission.js'
import { deliveredSoFar, timedOut } from './failing.js'
import { settleFailure } from './settling.js'

/** How long a far thread may take to say whether a request that ran out of time had begun. */
const GRACE_MS = 20

/**
 * Ends a call before its handler has settled: takes it out of its mailbox if it waits there, tells whoever runs it, ends
 * what its handler had asked for, however deep.
 */
export function endEarly(core: Core, call: Call, failure: ServiceFailure): void {
  const nested = [...endOne(core, call, failure)].reverse()
  for (let child = nested.pop(); child !== undefined; child = nested.pop()) {
    for (const grandchild of [...endOne(core, child, inherited(child, failure))].reverse()) nested.push(grandchild)
  }
}

const NONE: readonly Call[] = []

/** Ends one call; returns those that end with it. */
function endOne(core: Core, call: Call, failure: ServiceFailure): readonly Call[] {
  if (call.settled) return NONE
  const { earlyEnd } = call
  const children = callsOf(call)
  const place = call.place
  if (place !== null) unqueue(core, call, place, failure)
  call.endedEarly = true
  settleFailure(core, call, failure)
  call.earlyEnd = null
  earlyEnd?.endedEarly(call, failure)
  watchTurn(core, call)
  return children
}

/** A turn that goes on though its request is over is a crash when it does so for too long. A pool runs nothing itself: its workers are watched. */
export function watchTurn(core: Core, call: Call): void {
  const cell = call.target
  if (call.phase !== 'running' || !(cell instanceof Cell)) return
  const { overdueMs } = cell.spec.supervision
  if (overdueMs === Number.POSITIVE_INFINITY || cell.routing !== null) return
  const { life } = cell
  const alarm = new Alarm(() => core.overdue(life, call))
  call.alarm = alarm
  core.deadlines.after(alarm, overdueMs)
}

function unqueue(core: Core, call: Call, place: Place, failure: ServiceFailure): void {
  call.place = null
  if (!place.leave()) return
  core.counters.queued(-1)
  const reason = failure instanceof RequestTimeout ? 'expired' : 'aborted'
  core.counters.dropped(reason)
  if (place instanceof Envelope) core.letters.add(reason, { post: place.post, args: place.args, target: call.target })
  if (call.target instanceof Cell) admitWaiting(core, call.target)
}

/** A nested call, however deep, ends for the reason that ended the first. */
function inherited(child: Call, failure: ServiceFailure): ServiceFailure {
  if (failure instanceof RequestTimeout) return timedOut(child)
  const details = `${child.label} was aborted: the request that asked for it has ended (${failure.message})`
  return new RequestAborted({ details, delivered: deliveredSoFar(child), cause: failure })
}

/** An incarnation is over: what it asked for and has not been answered is given up. */
export function endAsked(core: Core, asker: Life): void {
  const { waits } = asker
  asker.waits = null
  for (const wait of waits ?? []) wait.end()
  for (const call of callsOf(asker)) {
    const details = `${call.label} was aborted: the actor that asked for it has stopped or restarted`
    endEarly(core, call, new RequestAborted({ details, delivered: deliveredSoFar(call) }))
  }
}

/** The deadline of a call has passed. */
export function expire(core: Core, call: Call): void {
  if (call.settled) return
  if (call.phase !== 'away' || call.inGrace || call.earlyEnd === null) return endEarly(core, call, timedOut(call))
  call.inGrace = true
  call.earlyEnd.endedEarly(call, timedOut(call))
  core.deadlines.after(call, GRACE_MS)
}
