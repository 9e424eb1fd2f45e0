const MAX_LENGTH = 80

/** Shows a value in an error message: short, on one line, text in quotes. */
export function quote(value: unknown): string {
  const text = plain(value)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

function plain(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_LENGTH + 1))
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return structure(value)
}

function structure(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date'
  const type = Object.getPrototypeOf(value)?.constructor?.name
  if (type !== undefined && type !== 'Object') return `an instance of ${type}`
  const keys = Object.keys(value)
  return keys.length === 0 ? '{}' : `{ ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''} }`
}
