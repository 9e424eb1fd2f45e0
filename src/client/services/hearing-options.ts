import { quote } from '../../actors/quote.js'
import { nameFault } from '../../actors/service-name.js'
import { oneOf, type Rules, readOptions, signalRule } from '../option-rules.js'

const MAX_CAPACITY = 1_000_000

/** Of `announcements`. */
export const OBSERVE_RULES: Rules = { signal: signalRule }

/** Of `subscribe`. */
export const SUBSCRIBE_RULES: Rules = {
  capacity: [
    `a whole number from 1 to ${MAX_CAPACITY}`,
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_CAPACITY,
  ],
  overflow: oneOf('drop-oldest', 'drop-newest', 'latest', 'close'),
  signal: signalRule,
}

/** Who hears, and how. */
export interface Hearing<Options> {
  readonly listener: ((item: never) => unknown) | undefined
  readonly options: Options
}

/**
 * Reads what may follow a target: `listener?, options?`.
 *
 * @throws TypeError for what is no listener, or an option that is wrong
 */
export function readHearing<Options>(rest: readonly unknown[], rules: Rules, action: string): Hearing<Options> {
  const [first, second] = rest
  const isListener = typeof first === 'function'
  if (first !== undefined && !isListener && (typeof first !== 'object' || first === null))
    throw new TypeError(`${action}: listener is ${quote(first)}; give a function, or leave it out to read with "for await"`)
  const options = readOptions((isListener ? second : (first ?? second)) ?? {}, rules, action) as Options
  return { listener: isListener ? (first as Hearing<Options>['listener']) : undefined, options }
}

/** @throws TypeError for what is no pattern of subjects */
export function readPattern(pattern: unknown, action: string): string {
  const fault = nameFault(pattern)
  if (fault !== undefined) throw new TypeError(`${action}: pattern is ${quote(pattern)}; give ${fault}`)
  return pattern as string
}
