import type { LogFields, Logger } from '../../base/world.js'
import type { Cell } from '../kernel/cell.js'

/** A logger whose records name the actor. */
export function actorLog(log: Logger, cell: Cell): Logger {
  const withActor = (fields: LogFields | undefined): LogFields => ({
    actor: cell.name === '' ? cell.id : cell.name,
    id: cell.id,
    ...fields,
  })
  return {
    debug: (message, fields) => log.debug(message, withActor(fields)),
    info: (message, fields) => log.info(message, withActor(fields)),
    warn: (message, fields) => log.warn(message, withActor(fields)),
    error: (message, fields) => log.error(message, withActor(fields)),
  }
}
