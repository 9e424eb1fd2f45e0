/** The forms of ISO 8601 that are met in XML-RPC: with or without hyphens, fractions and an offset. */
const DATE = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/

/** A date of XML-RPC, which without an offset is UTC; `undefined` when it is none. */
export function readDate(text: string): Date | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const offset = zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`)
  // Days that a month does not have would be those of the next.
  return Number.isNaN(date.getTime()) || (zone === 'Z' && date.getUTCDate() !== Number(day)) ? undefined : date
}

/** A date as XML-RPC has it, in UTC: `19980717T14:08:55`. Fractions of a second are lost. */
export function printDate(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll('-', '')
}
