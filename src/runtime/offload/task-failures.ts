/** What is said of a task that did not get to answer. */

import { MailboxFull, RequestAborted, ServiceUnavailable, ServiceWithdrawn } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'

/** `task.hash()`, for messages. */
export function taskLabel(name: string): string {
  return `task.${name}()`
}

export function tooMany(name: string, capacity: number): MailboxFull {
  const details = `${taskLabel(name)} was refused: ${capacity} tasks wait for their turn already; await some before you offload more`
  return new MailboxFull({ details })
}

export function givenUp(name: string, begun: boolean): RequestAborted {
  return new RequestAborted({ details: `${taskLabel(name)} was given up`, delivered: begun ? 'maybe' : 'no' })
}

export function systemStopped(name: string, begun: boolean): ServiceUnavailable | ServiceWithdrawn {
  if (!begun) return new ServiceUnavailable({ details: `${taskLabel(name)} was not run: the system has stopped` })
  return new ServiceWithdrawn({ details: `${taskLabel(name)} did not end before the system stopped` })
}

/** `what` is a thread or process. */
export function workerLost(name: string, what: string, cause: unknown): ServiceWithdrawn {
  return new ServiceWithdrawn({ details: `${taskLabel(name)}: its ${what} ended before it answered${why(cause)}`, cause })
}

export function workerNotStarted(name: string, what: string, cause: unknown): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${taskLabel(name)} was not run: no ${what} could be started for it${why(cause)}`, cause })
}

function why(cause: unknown): string {
  return cause === undefined ? '' : `: ${thrownText(cause)}`
}
