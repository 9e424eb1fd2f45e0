import { ServiceFailure as Failure, type ServiceFailure, ServiceUnavailable } from '../../base/failures.js'

/** The failure of a request to a cell that is not there. */
export function noSuchCell(method: string): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${method}() was not run: the actor that was asked had stopped before` })
}

/** A failure without cause and data. */
export function bareFailure({ code, error, description, details, origin, delivered }: ServiceFailure): ServiceFailure {
  return new Failure(code, error, description, { details, origin, delivered })
}
