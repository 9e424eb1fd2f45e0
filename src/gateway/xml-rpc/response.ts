import { ResponseEncodingError } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { failureFields } from '../values/failure-fields.js'
import { printable, printValue } from './value-writing.js'

const DECLARATION = '<?xml version="1.0"?>'

/** A fault of XML-RPC. */
export interface Fault {
  readonly faultCode: number
  readonly faultString: string
}

/**
 * The text of `<methodResponse>` with a result.
 *
 * @throws ResponseEncodingError
 */
export function printResponse(result: unknown): string {
  return `${DECLARATION}<methodResponse><params><param>${printResultValue(result)}</param></params></methodResponse>`
}

function printResultValue(result: unknown): string {
  try {
    return printValue(result)
  } catch (error) {
    throw new ResponseEncodingError({ details: `the result has no form in XML-RPC: ${thrownText(error)}` })
  }
}

export function printFault(fault: Fault): string {
  return `${DECLARATION}<methodResponse><fault>${printValue(fault)}</fault></methodResponse>`
}

/**
 * The fault of a failure: its number, and the text that OSE's gateway makes of the other three fields. Of what is no failure nothing is
 * told.
 */
export function faultOf(thrown: unknown): Fault {
  const { error, origin, description, details } = failureFields(thrown) ?? {
    error: 50,
    origin: 'troupe',
    description: 'Unknown Error',
    details: '',
  }
  const text = details === '' ? `${origin} -- ${description}` : `${origin} -- ${description}\n\n${details}`
  return { faultCode: error, faultString: printable(text) }
}
