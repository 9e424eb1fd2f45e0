import { Deadlock } from '../../base/failures.js'
import { Alarm } from '../kernel/alarm.js'
import type { Call, Party } from '../kernel/call.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Envelope } from '../kernel/message.js'
import { settleFailure } from './settling.js'

/** Requests that one may stand on; of a longer chain the newest are kept. */
export const LONGEST_CHAIN = 32
/** How long the requests of a chain must hold every slot of an actor that the chain waits for. */
const HELD_MS = 250

function labelOf(party: Party): string {
  return party.name === '' ? party.id : party.name
}

/** The name of a request in chains. */
function tokenOf(core: Core, call: Call): string {
  call.token ??= core.newRequestId()
  return call.token
}

/** The requests that a call stands on, as `token actor`, the oldest first; `null` when it stands on none. What was passed on holds nobody up. */
export function chainOf(core: Core, call: Call): readonly string[] | null {
  if (call.parent === null) return call.chain
  const links: string[] = []
  let oldest: Call = call
  for (let parent = call.parent as Call | null; parent !== null && links.length < LONGEST_CHAIN; parent = parent.parent) {
    if (parent.passedOn === null) links.unshift(`${tokenOf(core, parent)} ${labelOf(parent.target)}`)
    oldest = parent
  }
  const all = [...(oldest.chain ?? []), ...links]
  return all.length === 0 ? null : all.slice(-LONGEST_CHAIN)
}

/** What a watch looks at. */
interface Watched {
  readonly cell: Cell
  readonly call: Call
  /** Told when the call has given up its place. */
  readonly left: () => void
}

/** A request has come to an actor, of its own chain perhaps: sees to it that it fails if the chain waits for itself. */
export function watchChain(core: Core, watched: Watched): void {
  const { cell, call } = watched
  if (meets(cell, call)) watch(core, watched, holdersIn(core, cell, call))
}

/** Whether the chain has a request of this very actor; a chain of another thread is looked at closely later. */
function meets(cell: Cell, call: Call): boolean {
  if (call.chain !== null) return true
  let left = LONGEST_CHAIN
  for (let parent = call.parent; parent !== null && left > 0; parent = parent.parent, left--)
    if (parent.target === cell || parent.chain !== null) return true
  return false
}

function watch(core: Core, watched: Watched, before: readonly Call[] | null): void {
  const { cell, call, left } = watched
  const alarm = new Alarm(() => {
    const now = holdersIn(core, cell, call)
    if (now === null || before === null || !sameCalls(now, before)) return watch(core, watched, now)
    if (call.place?.leave() !== true) return
    fail(core, cell, call, now)
    left()
  })
  call.alarm = alarm
  core.deadlines.after(alarm, HELD_MS)
}

function fail(core: Core, cell: Cell, call: Call, holders: readonly Call[]): void {
  core.counters.queued(-1)
  core.counters.dropped('deadlock')
  if (call.place instanceof Envelope) core.letters.add('deadlock', { post: call.place.post, args: call.place.args, target: cell })
  const cycle = cycleOf(core, cell, call, holders).join(' → ')
  settleFailure(
    core,
    call,
    new Deadlock({ details: `${call.label} waits for itself: ${cycle}. Call it without waiting, or raise its concurrency` }),
  )
}

/** The requests that hold every slot of an actor, if all of them are of the chain of `call`; else `null`. */
function holdersIn(core: Core, cell: Cell, call: Call): readonly Call[] | null {
  // Counted before they are gathered: there may be thousands, and this is asked for each request that comes.
  if ((cell.turns?.size ?? 0) + (cell.current === null ? 0 : 1) < cell.spec.concurrency) return null
  const running = cell.turns === null ? [] : [...cell.turns]
  if (cell.current !== null) running.push(cell.current)
  const tokens = tokensOf(core, call)
  const holders = running.flatMap((envelope) => (envelope.own === null ? envelope : envelope.own.request)?.call ?? [])
  const all = holders.length === running.length && holders.every(({ token }) => token !== null && tokens.includes(token))
  return all ? holders : null
}

function tokensOf(core: Core, call: Call): readonly string[] {
  return (chainOf(core, call) ?? []).map((link) => link.slice(0, link.indexOf(' ')))
}

function sameCalls(some: readonly Call[], others: readonly Call[]): boolean {
  return some.length === others.length && some.every((call) => others.includes(call))
}

/** The names of the actors from the one that is waited for round to it again. */
function cycleOf(core: Core, cell: Cell, call: Call, holders: readonly Call[]): readonly string[] {
  const tokens = tokensOf(core, call)
  const start = Math.min(...holders.map(({ token }) => tokens.indexOf(token as string)))
  const names = (chainOf(core, call) ?? []).slice(start).map((link) => link.slice(link.indexOf(' ') + 1))
  return [...names, labelOf(cell)]
}
