import type { WheelEntry } from '../../base/timer-wheel.js'
import type { Core } from './core.js'

/** A single wait on the wheel of a thread. */
export class Alarm implements WheelEntry {
  wheelNext: WheelEntry | null = null
  wheelPrev: WheelEntry | null = null
  due = 0
  readonly onDue: () => void

  constructor(run: () => void) {
    this.onDue = run
  }
}

/** Resolves to `'late'` unless `work` settles within `limitMs`; rejects as `work` does. */
export function within<T>(core: Pick<Core, 'deadlines'>, work: PromiseLike<T>, limitMs: number): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const alarm = new Alarm(() => resolve('late'))
    if (limitMs !== Number.POSITIVE_INFINITY) core.deadlines.after(alarm, limitMs)
    work.then(
      (value) => {
        core.deadlines.remove(alarm)
        resolve(value)
      },
      (error: unknown) => {
        core.deadlines.remove(alarm)
        reject(error)
      },
    )
  })
}
