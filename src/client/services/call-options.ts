import { propertiesFault } from '../../actors/facade/call-properties.js'
import type { CallOptions } from '../../actors/remote-type.js'
import type { ClientProperties } from '../client-type.js'
import { oneOf, type Rules, readOptions, signalRule, timeoutRule } from '../option-rules.js'

const RULES: Rules = {
  timeoutMs: timeoutRule,
  signal: signalRule,
  priority: oneOf('high', 'normal', 'low'),
  properties: ['an object of strings', () => true],
  detached: ['true or false', (value) => typeof value === 'boolean'],
}

/**
 * The options of one call; `undefined` counts as left out.
 *
 * @throws TypeError that names the option and what it may be
 */
export function readCallOptions(options: unknown, action: string): CallOptions {
  const unknown = Object.keys(Object(options)).find((key) => !Object.hasOwn(RULES, key))
  if (unknown !== undefined) throw new TypeError(`${action}: unknown option "${unknown}"; known are ${Object.keys(RULES).join(', ')}`)
  const { properties, ...rest } = readOptions(options, RULES, action)
  return properties === undefined ? rest : { ...rest, properties: readProperties(properties, action) }
}

/**
 * A copy of properties that the gateway takes.
 *
 * @throws TypeError that says what is wrong
 */
export function readProperties(properties: unknown, action: string): ClientProperties {
  const fault = propertiesFault(properties)
  if (fault !== undefined) throw new TypeError(`${action}: ${fault}`)
  return { ...(properties as ClientProperties) }
}
