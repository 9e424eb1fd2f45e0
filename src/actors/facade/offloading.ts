import { RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import type { OffloadOptions } from '../agent-type.js'
import { type DefinitionRecord, taskRecord } from '../definition.js'
import { Call, type Party } from '../kernel/call.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { offloadOptions, parseOptions } from '../options.js'
import { quote } from '../quote.js'
import { encodingFailure, timedOut } from '../turns/failing.js'
import { inherit, listen } from '../turns/sending.js'
import { settleFailure } from '../turns/settling.js'

/** Whom the call of a task goes to, for messages: `task.hash()`. */
const TASKS: Party = Object.freeze({ id: 'task', name: 'task' })

/**
 * Runs a task away from the actors. It is a call without a deadline of its own: it ends with the request that its actor
 * runs, with the incarnation of that actor, and with its signal.
 *
 * @throws TypeError for what is no task, no array of arguments or no option
 */
export function offload(core: Core, life: Life, task: unknown, args: unknown, options: unknown): Promise<unknown> {
  const definition = taskRecord(task, 'offload()')
  const action = `offload() of task ${quote(definition.name)}`
  if (!Array.isArray(args)) throw new TypeError(`${action}: args is ${quote(args)}; give an array of its arguments`)
  const checked = parseOptions(offloadOptions, options, action)
  return new Promise((resolve, reject) => {
    const call = new Call(core, TASKS, definition.name, Number.POSITIVE_INFINITY)
    call.resolve = resolve
    call.reject = reject
    core.retain()
    begin(core, life, call, { definition, args, options: checked })
  })
}

interface Work {
  readonly definition: DefinitionRecord
  readonly args: readonly unknown[]
  readonly options: OffloadOptions
}

function begin(core: Core, life: Life, call: Call, { definition, args, options }: Work): void {
  const refusal = inherit({ core, life, options }, call)
  if (refusal !== null) return void settleFailure(core, call, refusal)
  if (options.signal !== undefined) listen(core, call, options.signal)
  try {
    const giveUp = core.offloader.start({ task: definition, args, isolated: options.isolate === 'process', call })
    tellExactly(call, giveUp)
    call.earlyEnd = { endedEarly: giveUp }
    core.deadlines.armSoon(call)
    core.dispatcher.requestTick()
  } catch (error) {
    settleFailure(core, call, encodingFailure(error) as ServiceFailure)
  }
}

/** From here on only `giveUp` knows whether the task has begun, and asking it is final. */
function tellExactly(call: Call, giveUp: () => boolean): void {
  const { reject } = call
  call.phase = 'running'
  call.reject = (failure) => reject?.(isEarly(failure) && giveUp() ? neverRun(call, failure) : failure)
}

function isEarly(failure: unknown): failure is RequestTimeout | RequestAborted {
  return failure instanceof RequestTimeout || failure instanceof RequestAborted
}

function neverRun(call: Call, failure: RequestTimeout | RequestAborted): ServiceFailure {
  call.phase = 'queued'
  if (failure instanceof RequestTimeout) return timedOut(call)
  return new RequestAborted({ details: failure.details, delivered: 'no', cause: failure.cause })
}
