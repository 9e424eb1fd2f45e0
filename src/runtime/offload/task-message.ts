import type { OffloadOrder } from '../../actors/kernel/ports.js'
import type { TextBytes } from '../../base/world.js'
import { packForTask } from './task-values.js'
import type { TaskMessage } from './workers/task-entry.js'

/**
 * What is sent to have a task run; `apart` from another process.
 *
 * @throws UnsendableError
 */
export function taskMessage(text: TextBytes, { task, args, isolated }: OffloadOrder, apart = false): TaskMessage {
  const { key, moduleUrl, name } = task
  if (key === undefined || moduleUrl === undefined) throw new TypeError(`offload() of task "${name}": its module is not known`)
  return { key, moduleUrl, name, isolated, apart, args: packForTask({ text, isolated: isolated || apart }, args, 'args') }
}
