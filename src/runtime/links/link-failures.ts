import { ServiceFailure as Failure, MailboxFull, type ServiceFailure, ServiceUnavailable } from '../../base/failures.js'

/** The failure of a request to a cell that is not there. */
export function noSuchCell(method: string): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${method}() was not run: the actor that was asked had stopped before` })
}

/** The failure of a request of a thread of another process that has many here already. */
export function tooManyRequests(count: number): MailboxFull {
  return new MailboxFull({ details: `${count} requests of one thread of another process run or wait here already; wait for answers` })
}

/** A failure without cause and data. */
export function bareFailure({ code, error, description, details, origin, delivered }: ServiceFailure): ServiceFailure {
  return new Failure(code, error, description, { details, origin, delivered })
}
