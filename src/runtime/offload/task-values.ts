import { isReference } from '../../actors/facade/references.js'
import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import type { ValueContext } from '../../codec/context.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import { OWN_LIMITS } from '../../codec/limits.js'
import type { Attachments, References } from '../../codec/references.js'
import { Refusal } from '../../codec/refusal.js'
import { IncomingAttachments } from '../links/attachments.js'
import type { Parcel } from '../threads/parcels.js'

/** A task knows no actors. */
const NO_REFERENCES: References = { is: isReference, write: refuseReference, read: refuseReference, rewrap: refuseReference }

function refuseReference(): never {
  throw new Refusal('is a Remote or a binding, which a task cannot use; give the task plain values, and call from the actor')
}

/** How errors are copied on their way out of a task. */
export const TASK_VALUES: ValueContext = { limits: OWN_LIMITS, stacks: true, regexp: true, references: NO_REFERENCES }

/** Where a value of a task goes. */
export interface TaskRoute {
  readonly text: TextBytes
  /** To or from a child process. */
  readonly isolated: boolean
}

/**
 * Packs arguments, a result or a failure of a task.
 *
 * @throws UnsendableError
 */
export function packForTask({ text, isolated }: TaskRoute, value: unknown, path: string): Parcel {
  const writer = new ByteWriter(text)
  const memory: object[] = []
  writeValue(writer, value, isolated ? TASK_VALUES : { ...TASK_VALUES, attachments: sharedMemory(memory) }, path)
  return { bytes: writer.take(), attachments: memory }
}

/** Reads what {@link packForTask} has packed. */
export function unpackForTask({ text, isolated }: TaskRoute, parcel: Parcel): unknown {
  const attachments = new IncomingAttachments(parcel.attachments)
  return readValue(new ByteReader(text, parcel.bytes), isolated ? TASK_VALUES : { ...TASK_VALUES, attachments })
}

/** Shared memory goes to threads, not to processes; ports, which would have to be moved, go to neither. */
function sharedMemory(memory: object[]): Attachments {
  return {
    accepts: (value) => value instanceof SharedArrayBuffer,
    add: (value) => (memory.includes(value) ? memory.indexOf(value) : memory.push(value) - 1),
    get: () => refuseReference(),
  }
}
