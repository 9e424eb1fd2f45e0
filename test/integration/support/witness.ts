import { actor, type Remote, type System } from 'troupe'

/** Something an actor elsewhere can report to, and a test can wait for. */
export interface Witness {
  /** For actors: `witness.note(value)`. */
  readonly remote: Remote<{ note: (value: unknown) => void }>
  readonly notes: readonly unknown[]
  /** Resolves with the next note that has not been taken yet. */
  next(): Promise<unknown>
}

/** A witness that lives in the thread of the test. */
export function makeWitness(system: System): Witness {
  const notes: unknown[] = []
  const waiting: ((value: unknown) => void)[] = []
  let taken = 0
  const definition = actor(() => ({
    note(value: unknown): void {
      notes.push(value)
      const resolve = waiting.shift()
      if (resolve === undefined) return
      taken++
      resolve(value)
    },
  }))
  return {
    remote: system.spawn(definition),
    notes,
    next: () =>
      taken < notes.length
        ? Promise.resolve(notes[taken++])
        : new Promise((resolve) => {
            waiting.push(resolve)
          }),
  }
}
