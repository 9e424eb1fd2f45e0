import { type FailureNote, MAX_MESSAGE_BYTES } from '../../client/protocol/frames.js'

/** Characters of each text of a failure that would be too large for a message as it is. */
const CUT_LENGTH = 1000
/** That of what a method throws. */
const APPLICATION_ERROR = 57
const DELIVERED: ReadonlySet<unknown> = new Set(['no', 'maybe', 'yes'])

/** A note of which a client takes each member: failures can be made by anybody, of anything. */
export function soundNote(note: FailureNote): FailureNote {
  const { code, error, description, origin, details, delivered } = note
  return {
    ...note,
    code: textOf(code),
    error: Number.isSafeInteger(error) && error >= 0 ? error : APPLICATION_ERROR,
    description: textOf(description),
    origin: textOf(origin),
    details: textOf(details),
    delivered: DELIVERED.has(delivered) ? delivered : 'maybe',
  }
}

/** What there is room for in a message of a note that is too large for one. */
export function shortNote({ code, error, description, origin, details, delivered }: FailureNote): FailureNote {
  const rest = `what else there is to tell makes a message of more than ${MAX_MESSAGE_BYTES} bytes and was left out`
  const told = details === '' ? rest : `${cut(details)}; ${rest}`
  return { code: cut(code), error, description: cut(description), origin: cut(origin), details: told, delivered }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function cut(text: string): string {
  return text.length > CUT_LENGTH ? `${text.slice(0, CUT_LENGTH)}…` : text
}
