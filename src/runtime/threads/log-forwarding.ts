import type { Core } from '../../actors/kernel/core.js'
import { sendableError } from '../../actors/turns/failing.js'
import { thrownText } from '../../base/thrown.js'
import type { LogFields, Logger } from '../../base/world.js'
import { movablesIn, type Parcel, type ParcelRoute, pack, unpack } from './parcels.js'

type Level = keyof Logger

/** One record on its way to the logger of the program. */
export interface LogMessage {
  readonly kind: 'log'
  readonly level: Level
  readonly message: string
  readonly fields: Parcel | undefined
}

/** The log of a worker thread when the program has a logger of its own, which lives in thread 0. */
export function forwardingLog(route: () => ParcelRoute, post: (record: LogMessage, ports: ReturnType<typeof movablesIn>) => void): Logger {
  const at = (level: Level) => (message: string, fields?: LogFields) => {
    const packed = fields === undefined ? undefined : packFields(route(), fields)
    post({ kind: 'log', level, message, fields: packed }, movablesIn(packed))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Gives a record of another thread to the logger of the program. */
export function takeRecord(core: Core, { level, message, fields }: LogMessage): void {
  if (fields === undefined) core.world.log[level](message)
  else core.world.log[level](message, unpack(core, fields) as LogFields)
}

/** Fields that cannot be sent go as text, errors with name, message and code. */
function packFields(route: ParcelRoute, fields: LogFields): Parcel {
  try {
    return pack(route, fields, 'fields')
  } catch {
    const entries = Object.entries(fields).map(([key, value]) => [key, sendableField(route, value)])
    return pack(route, Object.fromEntries(entries), 'fields')
  }
}

function sendableField(route: ParcelRoute, value: unknown): unknown {
  if (value instanceof Error) return sendableError(route.core, value)
  try {
    pack(route, value, 'field')
    return value
  } catch {
    return thrownText(value)
  }
}
