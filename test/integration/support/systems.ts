import { createSystem, type LogFields, type System, type SystemOptions } from 'troupe'
import { onTestFinished } from 'vitest'

export interface LogRecord {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

/** A logger that keeps what it is given. */
export function keepingLog(): { readonly log: NonNullable<SystemOptions['log']>; readonly records: LogRecord[] } {
  const records: LogRecord[] = []
  const at = (level: string) => (message: string, fields?: LogFields) => void records.push({ level, message, fields })
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, records }
}

/** A system with two worker threads unless `options` say otherwise, stopped when the test ends. */
export async function startSystem(options: SystemOptions = {}): Promise<System & { readonly records: LogRecord[] }> {
  const { log, records } = keepingLog()
  const system = await createSystem({ threads: 2, log, ...options })
  onTestFinished(() => system.stop())
  return Object.assign(system, { records })
}
