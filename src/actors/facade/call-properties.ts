import { quote } from '../quote.js'

export const MAX_PROPERTIES = 64
export const MAX_PROPERTY_CHARACTERS = 16_384

/** What is wrong with the properties of a request, and what to give instead; `undefined` when they can be sent. */
export function propertiesFault(properties: unknown): string | undefined {
  if (typeof properties !== 'object' || properties === null) return `properties are ${quote(properties)}; give an object of strings`
  const entries = Object.entries(properties)
  const wrong = entries.find(([, value]) => typeof value !== 'string')
  if (wrong !== undefined) return `property "${wrong[0]}" is ${quote(wrong[1])}; give a string`
  if (entries.length > MAX_PROPERTIES) return `there are ${entries.length} properties; give at most ${MAX_PROPERTIES}`
  const size = entries.reduce((sum, [key, value]) => sum + key.length + (value as string).length, 0)
  return size > MAX_PROPERTY_CHARACTERS ? `properties have ${size} characters; give at most ${MAX_PROPERTY_CHARACTERS}` : undefined
}
