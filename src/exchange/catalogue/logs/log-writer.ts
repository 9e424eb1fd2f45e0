import type { Reason } from '../../../actors/kernel/binding.js'
import { AudienceLog } from './audience-log.js'
import type { LogName } from './log-event.js'
import type { LogChange } from './log-update.js'
import type { Service } from './service-record.js'

/** What happens to a service of this process. */
export type Entry =
  | { readonly kind: 'available'; readonly service: Service }
  | { readonly kind: 'withdrawn'; readonly agent: string; readonly reason: Reason }
  | { readonly kind: 'joined'; readonly agent: string; readonly group: string }
  | { readonly kind: 'left'; readonly agent: string; readonly group: string }

/** The log of this process for one audience, and which of its records is whose. */
export class LogWriter {
  readonly log: AudienceLog
  readonly #created = new Map<string, number>()

  constructor(name: LogName, removalLimit: number) {
    this.log = new AudienceLog(name, removalLimit)
  }

  /** Writes the next change; `undefined` when the log says this already, or knows no such service. */
  write(entry: Entry): LogChange | undefined {
    const change = this.#changeOf(entry, this.log.number + 1)
    if (change === undefined || this.log.apply(change).kind !== 'applied') return undefined
    if (entry.kind === 'available') this.#created.set(entry.service.agent, change.number)
    if (entry.kind === 'withdrawn') this.#created.delete(entry.agent)
    return change
  }

  #changeOf(entry: Entry, number: number): LogChange | undefined {
    if (entry.kind === 'available') {
      return this.#created.has(entry.service.agent) ? undefined : { kind: 'available', number, service: entry.service }
    }
    const created = this.#created.get(entry.agent)
    if (created === undefined) return undefined
    if (entry.kind === 'withdrawn') return { kind: 'withdrawn', number, created, reason: entry.reason }
    return { kind: entry.kind, number, created, group: entry.group }
  }
}
