import { failureFrom, type ServiceFailure } from '../../base/failures.js'
import type { FailureNote } from './frames.js'
import type { Handles } from './rich-limits.js'
import { readRich } from './rich-reading.js'
import { writeRich } from './rich-writing.js'

/** What is told of a failure: never a stack, never a cause. Data that cannot be told is left out. */
export function writeFailure(failure: ServiceFailure, handles: Handles): FailureNote {
  const { code, error, description, origin, details, delivered, data } = failure
  const note = { code, error, description, origin, details, delivered }
  if (data === undefined) return note
  try {
    return { ...note, data: writeRich(data, handles, 'data') }
  } catch {
    return note
  }
}

export function readFailure(note: FailureNote, handles: Handles): ServiceFailure {
  let data: unknown
  try {
    data = note.data === undefined ? undefined : readRich(note.data, handles, 'data')
  } catch {
    // What cannot be read is left out too.
  }
  return failureFrom({ ...note, data })
}
