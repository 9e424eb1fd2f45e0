import { isServiceFailure, type ServiceFailure } from '../../base/failures.js'
import { printJson } from './plain-json.js'

/** What is told outside of a failure: the four fields of the original, and ours. Never a stack, never a cause. */
export interface FailureFields {
  readonly error: number
  readonly description: string
  readonly origin: string
  readonly details: string
  readonly code: string
  readonly delivered: string
  readonly data?: unknown
}

/** The fields of what a call rejected with; `undefined` for anything else, of which nothing is told. */
export function failureFields(thrown: unknown): FailureFields | undefined {
  if (!isServiceFailure(thrown)) return undefined
  const { error, description, origin, details, code, delivered } = thrown
  const data = sendable(thrown)
  return { error, description, origin, details, code, delivered, ...(data === undefined ? {} : { data }) }
}

function sendable({ data }: ServiceFailure): unknown {
  if (data === undefined) return undefined
  try {
    return JSON.parse(printJson(data))
  } catch {
    return undefined
  }
}
