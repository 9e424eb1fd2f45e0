import { isServiceFailure, type ServiceFailure, type SystemFailure } from '../../base/failures.js'

/** The typed failures of a contract, from the data of each code. */
export type FailureOf<E> = { [Code in keyof E & string]: ServiceFailure<Code, E[Code]> }[keyof E & string]

/** How a call ended, as a value: `code` tells the failures apart. */
export type Outcome<Result, E = unknown> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly failure: FailureOf<E> | SystemFailure }

/** Makes a value of how a call ends. What is no failure of a call, such as a mistake in its options, still rejects. */
export function outcomeOf(answer: Promise<unknown>): Promise<Outcome<unknown>> {
  return answer.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => {
      if (isServiceFailure(error)) return { ok: false, failure: error as SystemFailure }
      throw error
    },
  )
}
