/** The types of what a method is shown of its request. */

import type { Deferred, Forwarded, Nothing, RemoteOf, ServiceBinding, Untyped } from './remote-type.js'

/** The request that the running method answers. */
export interface Request {
  /** Names it in logs and in chains; the same for as long as it is answered. */
  readonly id: string
  readonly sender: ServiceBinding
  /** Milliseconds since the epoch; `Infinity` is none. */
  readonly deadline: number
  /** Milliseconds until the deadline; `Infinity` when there is none, never below 0. */
  readonly remainingMs: number
  /** What the caller gave with `$.with({ properties })`, or who let it in: `{ user: 'ada' }`. */
  readonly properties: Readonly<Record<string, string>>
  /** Aborts with the caller, at the deadline, and when this actor stops. */
  readonly signal: AbortSignal
  /**
   * Puts the answer off: return the handle, and call its `resolve` or `reject` later, from a timer or another method.
   *
   * - **Ownership**: belongs to this incarnation of the actor; a restart or stop fails what was not answered, the deadline ends it.
   * - **Errors**: throws for a stream, and when the answer was put off or given away before.
   *
   * @example
   * ```ts
   * next() {
   *   const answer = self.request.defer<string>()
   *   waiting.push(answer)
   *   return answer
   * }
   * ```
   */
  defer<Result = Untyped>(): Deferred<Result>
  /**
   * Passes the request on; who asked gets the answer from there. Return the handle.
   *
   * - **Errors**: throws for what is no Remote, and when the answer was put off or given away before.
   */
  forward(target: RemoteOf<unknown, unknown, unknown> | ServiceBinding | Nothing, method?: string): Forwarded
}
