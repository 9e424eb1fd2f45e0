import type { ByteWriter } from '../../codec/byte-writer.js'
import type { LogDigest } from '../catalogue/logs/digest.js'
import type { LogName } from '../catalogue/logs/log-event.js'
import type { LogUpdate } from '../catalogue/logs/log-update.js'
import type { LinkSession } from '../links/link-session.js'
import { type ControlKind, type ControlValue, controlType, writeControl } from '../protocol/control-frames.js'
import type { Telling } from '../routes/telling.js'
import { listParts, updateParts } from './list-parts.js'

/** Tells the process at the other end of a link what is not mail; long lists in parts. */
export class ControlExit {
  readonly #session: LinkSession

  constructor(session: LinkSession) {
    this.#session = session
  }

  say<K extends ControlKind>(kind: K, value: ControlValue<K>): void {
    this.#session.sendControl(controlType(kind), (bytes: ByteWriter) => writeControl(bytes, value))
  }

  update(log: LogName, update: LogUpdate): void {
    for (const { part, more } of updateParts(update)) this.say('update', { log, update: part, more })
  }

  digests(digests: readonly LogDigest[]): void {
    const parts = listParts(digests, ({ origin, audience }) => [origin.id, audience])
    for (const { part, more } of parts) this.say('digests', { logs: part, more })
  }

  /** Each part is a telling by itself. */
  telling({ came, went }: Telling): void {
    const parts = listParts(came, ({ origin, next, crossed }) => [origin, next, ...crossed])
    for (const { part, more } of parts) this.say('telling', { came: part, went: more ? [] : went })
  }
}
