import { MAX_PROPERTIES, propertiesFault } from '../../actors/facade/call-properties.js'
import { type ClientFrame, type GatewayFrame, MAX_MESSAGE_BYTES } from './frames.js'
import { isTooLarge } from './message-size.js'

/** Why a message is no frame. */
export interface NoFrame {
  readonly fault: string
}

type Test = (value: unknown) => boolean
type Shape = Readonly<Record<string, Test>>

const MAX_NUMBER = Number.MAX_SAFE_INTEGER
const MAX_CREDIT = 1_000_000

const text: Test = (value) => typeof value === 'string'
const flag: Test = (value) => typeof value === 'boolean'
const anything: Test = () => true
const whole =
  (min: number, max: number): Test =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
const oneOf =
  (...texts: readonly unknown[]): Test =>
  (value) =>
    texts.includes(value)
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value)
const list =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const record =
  (test: Test, most: number): Test =>
  (value) =>
    isObject(value) && Object.keys(value).length <= most && Object.values(value).every(test)
const object =
  (shape: Shape): Test =>
  (value) =>
    isObject(value) && faultIn(value, shape) === undefined

const number = whole(0, MAX_NUMBER)
const count = whole(0, MAX_CREDIT)
const milliseconds: Test = (value) => value === null || (typeof value === 'number' && value > 0)
const properties = record(text, MAX_PROPERTIES)
/** Those of a hello are kept as long as the connection. */
const lastingProperties: Test = (value) => properties(value) && propertiesFault(value) === undefined
const where = object({ name: optional(text), group: optional(text), address: optional(text), id: optional(text) })
const failure = object({
  code: text,
  error: number,
  description: text,
  origin: text,
  details: text,
  delivered: oneOf('no', 'maybe', 'yes'),
})
const service: Shape = {
  id: text,
  name: text,
  audience: text,
  groups: list(text),
  address: text,
  process: text,
  exchangeGroup: text,
  streams: list(text),
  timeouts: record(milliseconds, MAX_CREDIT),
}

/** Whether a value is what one side tells the other of a service. */
export const isOffer = object(service)

const asked: Shape = {
  to: text,
  method: text,
  args: list(anything),
  timeoutMs: optional(milliseconds),
  priority: optional(oneOf('high', 'normal', 'low')),
  properties: optional(properties),
}

const CLIENT: Readonly<Record<ClientFrame['kind'], Shape>> = {
  hello: { version: number, properties: lastingProperties },
  call: { id: number, ...asked },
  offer: { id: number, ...asked },
  tell: asked,
  stream: { id: number, credit: count, ...asked },
  subscribe: {
    id: number,
    where,
    pattern: text,
    capacity: whole(1, MAX_CREDIT),
    overflow: oneOf('drop-oldest', 'drop-newest', 'latest', 'close'),
    credit: count,
  },
  watch: { id: number, to: text },
  credit: { id: number, count },
  end: { id: number },
  beat: {},
}

const GATEWAY: Readonly<Record<GatewayFrame['kind'], Shape>> = {
  welcome: { version: number, beatMs: whole(1, MAX_NUMBER), process: text },
  services: { here: list(isOffer), gone: list((one) => Array.isArray(one) && one.length === 2 && one.every(text)) },
  answer: { id: number, value: anything },
  failure: { id: number, failure },
  item: { id: number, item: anything },
  report: {
    id: number,
    report: object({
      publisher: (value) => text(value) || isOffer(value),
      subject: text,
      pattern: text,
      content: anything,
      retained: flag,
      missed: number,
    }),
  },
  ready: { id: number },
  gone: { id: number, reason: text },
  end: { id: number, failure: optional(failure) },
  beat: {},
}

/** Reads what a client says. Members that are not known are let be. */
export function readClientFrame(message: unknown): ClientFrame | NoFrame {
  return read(message, CLIENT) as unknown as ClientFrame | NoFrame
}

/** Reads what a gateway says. */
export function readGatewayFrame(message: unknown): GatewayFrame | NoFrame {
  return read(message, GATEWAY) as unknown as GatewayFrame | NoFrame
}

function read(message: unknown, shapes: Readonly<Record<string, Shape>>): object | NoFrame {
  if (typeof message !== 'string') return { fault: 'a message is not text' }
  if (isTooLarge(message)) return { fault: `a message has more than ${MAX_MESSAGE_BYTES} bytes` }
  let frame: unknown
  try {
    frame = JSON.parse(message)
  } catch {
    return { fault: 'a message is not JSON' }
  }
  if (!isObject(frame)) return { fault: 'a message is no object' }
  const { kind } = frame
  const shape = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined
  if (shape === undefined) return { fault: 'the kind of a message is not known' }
  const wrong = faultIn(frame, shape)
  return wrong === undefined ? frame : { fault: `"${wrong}" of a message "${String(kind)}" is wrong` }
}

function faultIn(value: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  return Object.keys(shape).find((key) => !shape[key]?.(Object.hasOwn(value, key) ? value[key] : undefined))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
