import { isRemote } from '../../actors/facade/remote.js'
import { printDate } from './date.js'

/** Containers within containers; what is deeper is a cycle, or no use to anybody. */
const MAX_DEPTH = 256

/**
 * A value as `<value>`. Whole numbers are `int`, `i8` beyond 32 bits, others `double`; `undefined` is `nil`; sets are arrays; maps with texts as keys,
 * and errors, are structs.
 *
 * @throws TypeError for what has no form: cycles, Remotes, numbers that are not finite, text with characters that XML does not have
 */
export function printValue(value: unknown, depth = 0): string {
  return `<value>${printTyped(value, depth)}</value>`
}

function printTyped(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `<string>${printText(value)}</string>`
    case 'number':
      return printNumber(value)
    case 'boolean':
      return `<boolean>${value ? 1 : 0}</boolean>`
    case 'bigint':
      return printLong(value)
    case 'object':
      return value === null ? '<nil/>' : printObject(value, depth + 1)
    case 'undefined':
      return '<nil/>'
    default:
      throw new TypeError(`a ${typeof value} has no form in XML-RPC`)
  }
}

function printNumber(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value === (value | 0) ? `<int>${value}</int>` : `<i8>${value}</i8>`
  }
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in XML-RPC`)
  return `<double>${Object.is(value, -0) ? '-0' : withoutExponent(value)}</double>`
}

/** The specification knows digits and a point only. */
function withoutExponent(value: number): string {
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  if (exponent === undefined) return String(value)
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}

function printLong(value: bigint): string {
  if (BigInt.asIntN(64, value) !== value) throw new TypeError('a bigint of more than 64 bits has no form in XML-RPC')
  return `<i8>${value}</i8>`
}

function printObject(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`values are nested more than ${MAX_DEPTH} deep, or in a circle`)
  if (isRemote(value as unknown)) throw new TypeError('a Remote cannot leave the system')
  if (value instanceof Date) return `<dateTime.iso8601>${printDate(value)}</dateTime.iso8601>`
  const bytes = bytesOf(value)
  if (bytes !== undefined) return `<base64>${bytes.toString('base64')}</base64>`
  if (Array.isArray(value) || value instanceof Set) {
    return `<array><data>${Array.from(value, (one) => printValue(one, depth)).join('')}</data></array>`
  }
  return `<struct>${membersOf(value)
    .map(([name, member]) => `<member><name>${printText(name)}</name>${printValue(member, depth)}</member>`)
    .join('')}</struct>`
}

function bytesOf(value: object): Buffer | undefined {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return value instanceof ArrayBuffer ? Buffer.from(value) : undefined
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  if (value instanceof Error) return Object.entries({ ...value, name: value.name, message: value.message })
  if (!(value instanceof Map)) return Object.entries(value)
  const entries = [...value] as readonly (readonly [unknown, unknown])[]
  if (entries.every((entry): entry is readonly [string, unknown] => typeof entry[0] === 'string')) return entries
  throw new TypeError('a map with keys that are no texts has no form in XML-RPC')
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that it looks for
const IMPOSSIBLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function printText(text: string): string {
  if (IMPOSSIBLE.test(text)) throw new TypeError('text with control characters has no form in XML; give it as bytes (Uint8Array)')
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] as string)
}

/** Text in which the characters that XML 1.0 does not have are U+FFFD. */
export function printable(text: string): string {
  return text.replace(new RegExp(IMPOSSIBLE, 'g'), '\ufffd')
}
