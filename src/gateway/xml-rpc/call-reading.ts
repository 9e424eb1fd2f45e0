import { readDate } from './date.js'
import { type Element, readXml, unreadable } from './xml-tree.js'

/** A call as it came. */
export interface XmlCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/**
 * Reads `<methodCall>` (xmlrpc.com/spec.md), with the extensions `nil` and `i8`.
 *
 * @throws RequestDecodingError
 */
export function readCall(text: string): XmlCall {
  const root = readXml(text)
  if (root.name !== 'methodCall') throw unreadable(`its root is <${root.name}>, not <methodCall>`)
  const [name, params, ...rest] = root.children
  if (name?.name !== 'methodName' || name.children.length > 0) throw unreadable('<methodCall> does not begin with <methodName>')
  if ((params !== undefined && params.name !== 'params') || rest.length > 0)
    throw unreadable('<methodName> is followed by more than <params>')
  const method = name.text.trim()
  if (method === '') throw unreadable('<methodName> is empty')
  return { method, params: (params?.children ?? []).map(readParam) }
}

function readParam(param: Element): unknown {
  if (param.name !== 'param') throw unreadable(`<params> holds <${param.name}>`)
  return readValue(only(param, 'value'))
}

function only(element: Element, name: string): Element {
  const [child, ...rest] = element.children
  if (child?.name !== name || rest.length > 0) throw unreadable(`<${element.name}> holds something else than one <${name}>`)
  return child
}

function readValue(value: Element): unknown {
  const [typed, ...rest] = value.children
  if (typed === undefined) return value.text
  if (rest.length > 0 || value.text.trim() !== '') throw unreadable('<value> holds more than one value')
  const read = READERS.get(typed.name.replace(/^ex:/, ''))
  if (read === undefined) throw unreadable(`there is no type <${typed.name}>`)
  return read(typed)
}

const READERS: ReadonlyMap<string, (typed: Element) => unknown> = new Map<string, (typed: Element) => unknown>([
  ['int', readInt],
  ['i4', readInt],
  ['i8', readLong],
  ['boolean', readBoolean],
  ['double', readDouble],
  ['string', readString],
  ['dateTime.iso8601', (typed: Element) => readDate(textOf(typed)) ?? fail(typed)],
  ['base64', readBytes],
  ['nil', () => null],
  ['array', (typed: Element) => membersOf(only(typed, 'data'), 'value').map(readValue)],
  ['struct', readStruct],
])

function fail(typed: Element): never {
  throw unreadable(`<${typed.name}> holds "${typed.text.slice(0, 40)}"`)
}

function textOf(typed: Element): string {
  return readString(typed).trim()
}

function readString(typed: Element): string {
  return typed.children.length === 0 ? typed.text : fail(typed)
}

function readInt(typed: Element): number {
  const value = Number(readDigits(typed))
  return Math.abs(value) <= 2 ** 31 && value < 2 ** 31 ? value : fail(typed)
}

/** A number where that is exact, else a bigint. */
function readLong(typed: Element): number | bigint {
  const value = BigInt(readDigits(typed))
  if (BigInt.asIntN(64, value) !== value) return fail(typed)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function readDigits(typed: Element): string {
  const text = textOf(typed)
  return /^[+-]?\d{1,20}$/.test(text) ? text.replace('+', '') : fail(typed)
}

function readBoolean(typed: Element): boolean {
  const text = textOf(typed)
  return text === '1' || text === '0' ? text === '1' : fail(typed)
}

function readDouble(typed: Element): number {
  const text = textOf(typed)
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : fail(typed)
}

function readBytes(typed: Element): Uint8Array {
  const text = readString(typed).replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return fail(typed)
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function readStruct(typed: Element): object {
  return Object.fromEntries(membersOf(typed, 'member').map(readMember))
}

function readMember(member: Element): readonly [string, unknown] {
  const [name, value, ...rest] = member.children
  if (name?.name !== 'name' || value?.name !== 'value' || rest.length > 0)
    throw unreadable('<member> holds something else than <name> and <value>')
  return [readString(name), readValue(value)]
}

function membersOf(element: Element, name: string): readonly Element[] {
  const stranger = element.children.find((child) => child.name !== name)
  if (stranger !== undefined) throw unreadable(`<${element.name}> holds <${stranger.name}>`)
  return element.children
}
