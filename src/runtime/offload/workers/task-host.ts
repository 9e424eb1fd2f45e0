import { type DefinitionRecord, definitionsOf, findDefinition } from '../../../actors/definition.js'
import { handlerFailure } from '../../../actors/turns/failing.js'
import { ApplicationError, RequestDecodingError, ResponseEncodingError, type ServiceFailure } from '../../../base/failures.js'
import { thrownText } from '../../../base/thrown.js'
import { nodeText } from '../../node-world.js'
import { notFound } from '../../threads/load-failures.js'
import type { Parcel } from '../../threads/parcels.js'
import { taskLabel } from '../task-failures.js'
import { packForTask, TASK_VALUES, type TaskRoute, unpackForTask } from '../task-values.js'
import { TASK_HOST_SYMBOL, type TaskOrder, type TaskReply } from './task-entry.js'

/** Of a failure that cannot be sent whole. */
const MAX_MESSAGE = 1000

/** Runs a task whose definition is at hand; never rejects. */
export async function performTask(task: DefinitionRecord, parcel: Parcel, route: TaskRoute): Promise<TaskReply> {
  const { name, run } = task
  const label = taskLabel(name)
  let args: readonly unknown[]
  try {
    args = unpackForTask(route, parcel) as readonly unknown[]
  } catch (error) {
    return failure(route, new RequestDecodingError({ details: `${label}: ${thrownText(error)}` }))
  }
  let value: unknown
  try {
    value = await run?.(...args)
  } catch (thrown) {
    return failure(route, handlerFailure({ values: TASK_VALUES }, { id: label, name }, thrown))
  }
  try {
    return { kind: 'value', parcel: packForTask(route, value, 'result') }
  } catch (error) {
    return failure(route, new ResponseEncodingError({ details: `${label}: ${thrownText(error)}` }))
  }
}

function failure(route: TaskRoute, error: ServiceFailure): TaskReply {
  try {
    return { kind: 'failure', parcel: packForTask(route, error, 'failure') }
  } catch {
    // Too large: its message has to do.
    return failure(route, new ApplicationError({ details: error.message.slice(0, MAX_MESSAGE), origin: error.origin }))
  }
}

/** Runs a task in a thread or process for tasks, which has loaded its module. */
async function hostTask(order: TaskOrder): Promise<TaskReply> {
  const task = findDefinition(order.key)
  if (task === undefined) throw new Error(`this thread ${notFound(order.key, definitionsOf(order.moduleUrl))}`)
  return await performTask(task, order.args, { text: nodeText, isolated: order.isolated || order.apart })
}

/** Lets the entry of a thread or process for tasks find the first copy of this package that the module has loaded. */
export function offerTaskHost(): void {
  const hosts = globalThis as unknown as Record<symbol, typeof hostTask | undefined>
  hosts[Symbol.for(TASK_HOST_SYMBOL)] ??= hostTask
}
