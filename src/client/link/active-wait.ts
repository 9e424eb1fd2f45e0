import { offAbort, onAbort } from '../../base/abort-signal.js'
import { RequestAborted, ServiceUnavailable } from '../../base/failures.js'
import { noConnection } from './conversations.js'
import type { Platform } from './platform.js'
import type { Talk } from './talk.js'

interface Wait {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Waits for a connection; rejects at the deadline, with the signal, and when the client is closed. */
export function activeWait(talk: Talk, platform: Platform, { timeoutMs, signal }: Wait): Promise<void> {
  if (talk.isActive) return Promise.resolve()
  if (signal?.aborted === true) return Promise.reject(aborted(signal))
  if (talk.isClosed) return Promise.reject(new ServiceUnavailable({ details: `active(): ${talk.ending}` }))
  return new Promise((resolve, reject) => {
    const endings: (() => void)[] = []
    const end = (settle: () => void): void => {
      for (const run of endings) run()
      settle()
    }
    const fail = (error: Error): void => end(() => reject(error))
    const unavailable = (why: string): void => fail(new ServiceUnavailable({ details: `active(): ${why}` }))
    const forget = talk.whenActive(
      () => end(resolve),
      () => unavailable(talk.ending),
    )
    if (forget === undefined) return unavailable('too much waits for a connection already')
    endings.push(forget)
    const late = (): void => unavailable(noConnection(talk, timeoutMs))
    if (timeoutMs !== Number.POSITIVE_INFINITY) endings.push(platform.timer(timeoutMs, late))
    if (signal === undefined) return
    const abort = (): void => fail(aborted(signal))
    onAbort(signal, abort)
    endings.push(() => offAbort(signal, abort))
  })
}

function aborted(signal: AbortSignal): RequestAborted {
  return new RequestAborted({ details: 'active(): the wait was aborted by its caller', delivered: 'no', cause: signal.reason })
}
