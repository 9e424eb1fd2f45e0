import type { ProcessName } from '../protocol/process-name.js'
import type { HashTotals } from './hash-totals.js'
import type { AudienceLog } from './logs/audience-log.js'
import type { LogChange } from './logs/log-update.js'
import { type Entry, LogWriter } from './logs/log-writer.js'

/** The logs of this process, of which it is the only writer: one for each audience that it uses. */
export class OwnLogs {
  #name: ProcessName
  readonly #totals: HashTotals
  readonly #removalLimit: number
  readonly #writers = new Map<string, LogWriter>()

  constructor(name: ProcessName, totals: HashTotals, removalLimit: number) {
    this.#name = name
    this.#totals = totals
    this.#removalLimit = removalLimit
  }

  get name(): ProcessName {
    return this.#name
  }

  log(audience: string): AudienceLog | undefined {
    return this.#writers.get(audience)?.log
  }

  write(audience: string, entry: Entry): LogChange | undefined {
    const writer = this.#writers.get(audience) ?? new LogWriter({ origin: this.#name, audience }, this.#removalLimit)
    this.#writers.set(audience, writer)
    return this.#totals.across(writer.log, () => writer.write(entry))
  }

  /** Begins the next life with what the logs hold. */
  rename(name: ProcessName): void {
    this.#name = name
    for (const { log } of this.#writers.values()) {
      this.#totals.across(log, () => {
        log.name = { origin: name, audience: log.name.audience }
      })
    }
  }
}
