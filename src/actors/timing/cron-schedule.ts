import { Cron } from 'croner'
import { cronOptions, parseOptions } from '../options.js'
import { quote } from '../quote.js'

const FIELDS = /^\s*(@\w+|(\S+\s+){4,6}\S+)\s*$/

/** The moments of a cron expression. */
export interface CronSchedule {
  readonly spec: string
  /** The first moment after another, in milliseconds since the epoch; `undefined` when there is none. */
  nextAfter(epochMs: number): number | undefined
}

/**
 * Reads a cron expression and its time zone. `croner` computes the moments; its timers and its clock are not used.
 *
 * @throws TypeError that quotes what is wrong and shows what is right
 */
export function parseCron(spec: unknown, options: unknown): CronSchedule {
  const { timezone } = parseOptions(cronOptions, options, 'cron()')
  if (typeof spec !== 'string' || !FIELDS.test(spec)) throw badSpec(spec, '')
  try {
    const cron = new Cron(spec, { paused: true, ...(timezone === undefined ? {} : { timezone }) })
    return { spec, nextAfter: (epochMs) => cron.nextRun(new Date(epochMs))?.getTime() }
  } catch (error) {
    throw badSpec(spec, ` (${(error as Error).message.replace(/^\w+: /, '')})`)
  }
}

function badSpec(spec: unknown, reason: string): TypeError {
  const advice = 'give minute, hour, day, month and weekday such as "0 3 * * 1-5", which is 3:00 from Monday to Friday'
  return new TypeError(`cron(): spec is ${quote(spec)}${reason}; ${advice}`)
}
