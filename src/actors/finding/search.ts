import { RequestAborted, RequestTimeout, type ServiceFailure, ServiceUnavailable } from '../../base/failures.js'
import { Call, type Party } from '../kernel/call.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { Wanted } from '../kernel/visibility.js'
import { deadSelf } from '../turns/failing.js'
import { open, type Sending } from '../turns/sending.js'
import { settleFailure, settleValue } from '../turns/settling.js'
import { printWanted } from './wanted.js'

/** Somebody's wait for what they look for. */
export interface Search {
  readonly wanted: Wanted
  /** Whose wait it is, and what ends it. */
  readonly sending: Sending
  /** For messages: `lookup()`. */
  readonly action: string
}

/** Who is asked while it is not known who that is. */
export function partyOf(wanted: Wanted): Party {
  return { id: wanted.id ?? '', name: wanted.name ?? '' }
}

/** What this thread knows now; of several the one known longest. */
export function findNow(core: Core, wanted: Wanted): Target | undefined {
  return core.directory.find(wanted) ?? (wanted.id === undefined ? undefined : core.knownActor(wanted.id))
}

/** What is looked for, as soon as it is visible. */
export function find(search: Search): Promise<Target> {
  const { core, post, timeoutMs, options } = search.sending
  const found = findNow(core, search.wanted)
  if (found !== undefined) return Promise.resolve(found)
  return new Promise((resolve, reject) => {
    const call = new Call(core, partyOf(search.wanted), post.method, options?.timeoutMs ?? timeoutMs)
    call.resolve = resolve as (value: unknown) => void
    call.reject = reject
    core.retain()
    awaitVisible(call, search, (target) => settleValue(core, call, target))
  })
}

/**
 * Lets a call wait until what is looked for is visible, which `found` then hears in the same moment.
 *
 * - **Ordering**: those that wait for the same hear of it in the order in which they began to wait.
 * - **Errors**: the call fails with `ServiceUnavailable` at its deadline, and ends with its signal, its request, its actor.
 */
export function awaitVisible(call: Call, search: Search, found: (target: Target) => void): void {
  const { core } = search.sending
  const { reject } = call
  const startMs = core.world.clock.now()
  let forget = (): void => undefined
  call.reject = (failure) => {
    forget()
    reject?.(whyNotFound(search, call, failure, startMs))
  }
  if (core.closed) return void settleFailure(core, call, systemGone(search))
  if (!open(call, search.sending)) return
  core.deadlines.armNow(call)
  const unlisten = core.directory.onVisible(search.wanted, (target) => {
    outlive()
    call.reject = reject
    found(target)
  })
  const outlive = core.whenClosed(() => void settleFailure(core, call, systemGone(search)))
  forget = () => {
    unlisten()
    outlive()
  }
}

/** What ended a wait, in words of who waits. */
function whyNotFound(search: Search, call: Call, failure: ServiceFailure, startMs: number): ServiceFailure {
  const { core, life, options } = search.sending
  if (failure instanceof RequestTimeout) return notVisible(search, call.due < 0 ? 0 : call.due - startMs)
  if (!(failure instanceof RequestAborted)) return failure
  const wait = `${search.action}: the wait for ${printWanted(search.wanted)}`
  if (options?.signal?.aborted === true) {
    return new RequestAborted({ details: `${wait} was aborted by its caller`, delivered: 'no', cause: options.signal.reason })
  }
  if (life === core.root.life) return systemGone(search)
  if (life.dead || life.cell.state === 'stopping') return deadSelf(life.cell)
  return new RequestAborted({ details: `${wait} has ended with the request that asked for it`, delivered: 'no', cause: failure.cause })
}

function notVisible({ action, wanted }: Search, waitedMs: number): ServiceUnavailable {
  const details = `${action}: ${printWanted(wanted)} did not become visible within ${Math.floor(waitedMs)} ms; spawn it, or check name and audience`
  return new ServiceUnavailable({ details })
}

function systemGone({ action, wanted }: Search): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${action}: ${printWanted(wanted)} is not visible, and the system has stopped` })
}
