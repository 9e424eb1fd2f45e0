import { offAbort, onAbort } from '../../base/abort-signal.js'
import { RequestAborted, ServiceUnavailable } from '../../base/failures.js'
import type { Lasting } from '../asking/subscriptions.js'
import type { Platform } from './platform.js'
import type { Talk } from './talk.js'

interface Parts {
  readonly platform: Platform
  readonly talk: Talk
  state(): 'connecting' | 'active' | 'closed'
  /** Those who hear that the client is closed. */
  readonly closings: Set<Lasting>
}

interface Wait {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Waits for a connection; rejects at the deadline, with the signal, and when the client is closed. */
export function activeWait({ platform, talk, state, closings }: Parts, options: Wait): Promise<void> {
  const { timeoutMs, signal } = options
  if (state() === 'active') return Promise.resolve()
  if (signal?.aborted === true) return Promise.reject(aborted(signal))
  if (state() === 'closed') return Promise.reject(new ServiceUnavailable({ details: 'active(): the client has been closed' }))
  return new Promise((resolve, reject) => {
    const endings: (() => void)[] = []
    const end = (error?: Error): void => {
      for (const run of endings) run()
      if (error === undefined) resolve()
      else reject(error)
    }
    const forget = talk.whenActive(() => end())
    if (forget === undefined) return end(new ServiceUnavailable({ details: 'active(): too much waits for a connection already' }))
    const closing: Lasting = {
      resume: () => undefined,
      close: () => end(new ServiceUnavailable({ details: 'active(): the client has been closed' })),
    }
    closings.add(closing)
    endings.push(forget, () => closings.delete(closing))
    const late = (): void =>
      end(new ServiceUnavailable({ details: `active(): there was no connection within ${Math.round(timeoutMs)} ms` }))
    if (timeoutMs !== Number.POSITIVE_INFINITY) endings.push(platform.timer(timeoutMs, late))
    if (signal === undefined) return
    const abort = (): void => end(aborted(signal))
    onAbort(signal, abort)
    endings.push(() => offAbort(signal, abort))
  })
}

function aborted(signal: AbortSignal): RequestAborted {
  return new RequestAborted({ details: 'active(): the wait was aborted by its caller', delivered: 'no', cause: signal.reason })
}
