import { quote } from '../actors/quote.js'
import type { TestDriver } from './test-driver.js'
import type { ProbeOptions } from './test-system-type.js'

/** Reports that one probe keeps. */
const MAX_RECORDED = 100_000
/** Reports that an error shows. */
const MAX_SHOWN = 5

/** What a probe goes by. */
export interface ProbePorts {
  /** For messages: `probe of "math", "load"`. */
  readonly what: string
  readonly driver: TestDriver
  /** Hears reports; returns how to stop. */
  subscribe(record: (report: unknown) => void): Disposable
}

/** The reports that one subscription has heard. */
export class ReportProbe implements Disposable {
  readonly #ports: ProbePorts
  readonly #subscription: Disposable
  readonly #all: unknown[] = []
  #read = 0
  #isFull = false
  #closed = false

  constructor(ports: ProbePorts) {
    this.#ports = ports
    this.#subscription = ports.subscribe((report) => this.#record(report))
  }

  get all(): readonly unknown[] {
    this.#mustHold()
    return [...this.#all]
  }

  async next({ timeoutMs = 0 }: ProbeOptions = {}): Promise<unknown> {
    if (!(typeof timeoutMs === 'number' && timeoutMs >= 0))
      throw new TypeError(`${this.#ports.what}: timeoutMs is ${quote(timeoutMs)}; give virtual milliseconds, 0 or more`)
    const { driver } = this.#ports
    while (!this.#hasUnread) {
      if (this.#closed) throw driver.error(`${this.#ports.what}: it is closed, and all that it recorded was read`)
      if (!(await driver.seek(() => this.#hasUnread || this.#closed, timeoutMs))) throw this.#nothingCame(timeoutMs)
    }
    return this.#all[this.#read++]
  }

  async none(): Promise<void> {
    await this.#ports.driver.settled()
    this.#mustHold()
    const unread = this.#all.slice(this.#read)
    if (unread.length === 0) return
    const shown = unread.slice(0, MAX_SHOWN).map(printReport)
    const more = unread.length > MAX_SHOWN ? ` and ${unread.length - MAX_SHOWN} more` : ''
    throw this.#ports.driver.error(`${this.#ports.what}: nothing was to come, and there is ${shown.join(', ')}${more}`)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#subscription[Symbol.dispose]()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, undefined> {
    while (!this.#closed || this.#hasUnread) yield await this.next()
    return undefined
  }

  get #hasUnread(): boolean {
    this.#mustHold()
    return this.#read < this.#all.length
  }

  #record(report: unknown): void {
    if (this.#all.length < MAX_RECORDED) this.#all.push(report)
    else this.#isFull = true
  }

  #mustHold(): void {
    if (this.#isFull)
      throw this.#ports.driver.error(
        `${this.#ports.what}: more than ${MAX_RECORDED} reports came; make a probe for fewer, or dispose of it`,
      )
  }

  #nothingCame(timeoutMs: number): Error {
    const { what, driver } = this.#ports
    const advice = timeoutMs === 0 ? '; if time must pass first, move the clock or give next({ timeoutMs })' : ''
    const waited = timeoutMs === 0 ? '' : `, after ${timeoutMs} virtual ms`
    return driver.error(`${what}: the system has settled${waited}, and no report has come that was not read${advice}`)
  }
}

function printReport(report: unknown): string {
  const { subject, content } = report as { readonly subject: string; readonly content: unknown }
  return `${quote(subject)} ${quote(content)}`
}
