import { offAbort } from '../../base/abort-signal.js'
import type { ServiceFailure } from '../../base/failures.js'
import { adopt, type Call, disown } from '../kernel/call.js'
import type { Core } from '../kernel/core.js'

/** Ends a call with its value. False when it had ended before. */
export function settleValue(core: Core, call: Call, value: unknown): boolean {
  if (!close(core, call)) return false
  if (call.answer !== null) call.answer.succeed(call, value)
  else call.resolve?.(value)
  return true
}

/** Ends a call with a failure. False when it had ended before. */
export function settleFailure(core: Core, call: Call, failure: ServiceFailure): boolean {
  if (!close(core, call)) return false
  if (call.answer !== null) call.answer.fail(call, failure)
  else call.reject?.(failure)
  return true
}

function close(core: Core, call: Call): boolean {
  if (call.settled) {
    core.counters.late()
    return false
  }
  call.settled = true
  if (call.due >= 0) core.deadlines.remove(call)
  if (call.alarm !== null) stopWatching(core, call)
  if (call.anchor !== null) disown(call)
  if (call.firstCall !== null) freeCalls(call)
  if (call.onAbort !== null && call.signal !== null) offAbort(call.signal, call.onAbort)
  call.signal = call.onAbort = null
  if (call.resolve !== null) core.release()
  return true
}

/** Takes away the alarm of a call. */
export function stopWatching(core: Core, call: Call): void {
  if (call.alarm !== null) core.deadlines.remove(call.alarm)
  call.alarm = null
}

/** What a handler asked for and did not wait for goes on; it ends with the actor. */
function freeCalls(call: Call): void {
  for (let child = call.firstCall; child !== null; child = call.firstCall) {
    disown(child)
    if (child.asker !== null) adopt(child.asker, child)
  }
}
