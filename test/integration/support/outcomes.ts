import { isFailure, type ServiceFailure } from 'troupe'

/** The failure that a call ends with. */
export async function failureOf(work: Promise<unknown>): Promise<ServiceFailure> {
  const error = await errorOf(work)
  if (isFailure(error)) return error
  throw new Error(`expected a failure of a call, got ${String(error)}`, { cause: error })
}

/** What a promise rejects with. */
export async function errorOf(work: Promise<unknown>): Promise<Error> {
  let value: unknown
  try {
    value = await work
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`rejected with ${String(error)}, which is no error`)
  }
  throw new Error(`expected a rejection, got the value ${String(value)}`)
}

/** Waits, a bounded number of turns of the event loop, until something is so. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come about that ${what}`)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
}
