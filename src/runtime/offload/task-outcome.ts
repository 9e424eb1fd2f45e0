import type { Core } from '../../actors/kernel/core.js'
import type { OffloadOrder } from '../../actors/kernel/ports.js'
import { settleFailure, settleValue } from '../../actors/turns/settling.js'
import { ResponseDecodingError, type ServiceFailure } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { errorFrom, taskFailedToLoad } from '../threads/load-failures.js'
import { unpackForTask } from './task-values.js'
import type { TaskReply } from './workers/task-entry.js'

/** Answers the call of a task with what becomes of it; one that has ended early takes nothing more. */
export function answerWith(core: Core, order: OffloadOrder, reply: Promise<TaskReply>): void {
  reply.then(
    (got) => {
      if (!order.call.settled) answer(core, order, got)
    },
    (error: unknown) => {
      if (!order.call.settled) settleFailure(core, order.call, error as ServiceFailure)
    },
  )
}

function answer(core: Core, order: OffloadOrder, reply: TaskReply): void {
  const { task, call } = order
  switch (reply.kind) {
    case 'value':
    case 'failure':
      return answerRead(core, order, reply)
    case 'unloaded':
      settleFailure(core, call, taskFailedToLoad(task.name, task.moduleUrl ?? '', errorFrom(reply.error)) as ServiceFailure)
  }
}

function answerRead(
  core: Core,
  { call, isolated }: OffloadOrder,
  { kind, parcel }: TaskReply & { readonly kind: 'value' | 'failure' },
): void {
  let value: unknown
  try {
    value = unpackForTask({ text: core.world.text, isolated }, parcel)
  } catch (error) {
    settleFailure(core, call, new ResponseDecodingError({ details: `${call.label}: ${thrownText(error)}` }))
    return
  }
  if (kind === 'value') settleValue(core, call, value)
  else settleFailure(core, call, value as ServiceFailure)
}
