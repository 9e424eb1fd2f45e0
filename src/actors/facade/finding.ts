import { RequestAborted, ServiceUnavailable } from '../../base/failures.js'
import { Alarm } from '../kernel/alarm.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { Wanted } from '../kernel/visibility.js'
import { currentCall } from '../turns/context.js'
import { deadSelf } from '../turns/failing.js'
import { printWanted } from './wanted.js'

/** How somebody waits for an actor to become visible. */
export interface Search {
  readonly core: Core
  /** Who waits: the wait ends with it. */
  readonly life: Life
  readonly wanted: Wanted
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Takes no deadline from the running request. */
  readonly detached?: boolean
  /** For messages: `lookup()`. */
  readonly action: string
}

/** An actor that is visible now, or that is known and registered nowhere. */
export function findNow(core: Core, wanted: Wanted): Target | undefined {
  return core.directory.find(wanted) ?? (wanted.id === undefined ? undefined : core.knownActor(wanted.id))
}

/** Waits until one is visible; no longer than the running request has left. */
export function find(search: Search): Promise<Target> {
  const { core, life, wanted } = search
  const found = findNow(core, wanted)
  if (found !== undefined) return Promise.resolve(found)
  const call = search.detached === true ? null : currentCall(core, life.cell)
  if (call !== null) core.deadlines.armNow(call)
  const left = call === null || call.due < 0 ? Number.POSITIVE_INFINITY : Math.max(0, call.due - core.world.clock.now())
  return wait({ ...search, timeoutMs: Math.min(search.timeoutMs, left) })
}

function wait(search: Search): Promise<Target> {
  const { core, life, wanted, timeoutMs, signal } = search
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted(search))
    if (core.closed) return reject(systemGone(search))
    core.retain()
    const finish = (settle: () => void) => (): void => {
      core.deadlines.remove(alarm)
      stopListening()
      forget()
      outlive()
      signal?.removeEventListener('abort', onAbort)
      core.release()
      settle()
    }
    const alarm = new Alarm(finish(() => reject(notVisible(search))))
    const onAbort = finish(() => reject(aborted(search)))
    const stopListening = core.directory.onVisible(wanted, (target) => finish(() => resolve(target))())
    const forget = core.whenClosed(finish(() => reject(systemGone(search))))
    const outlive = endingWith(
      life,
      finish(() => reject(life === core.root.life ? systemGone(search) : deadSelf(life.cell))),
    )
    signal?.addEventListener('abort', onAbort, { once: true })
    if (timeoutMs !== Number.POSITIVE_INFINITY) core.deadlines.after(alarm, timeoutMs)
  })
}

/** A wait goes on no longer than the actor lives that waits. */
function endingWith(life: Life, end: () => void): () => void {
  life.waits ??= new Set()
  life.waits.add(end)
  return () => void life.waits?.delete(end)
}

function notVisible({ action, wanted, timeoutMs }: Search): ServiceUnavailable {
  return new ServiceUnavailable({
    details: `${action}: ${printWanted(wanted)} did not become visible within ${Math.round(timeoutMs)} ms; spawn it, or check name and audience`,
  })
}

function systemGone({ action, wanted }: Search): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${action}: ${printWanted(wanted)} did not become visible before the system stopped` })
}

function aborted({ action, wanted, signal }: Search): RequestAborted {
  const details = `${action} of ${printWanted(wanted)} was aborted by its caller`
  return new RequestAborted({ details, delivered: 'no', cause: signal?.reason })
}
