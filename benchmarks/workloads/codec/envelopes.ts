import { sumOf, valueAt } from '../../harness/values.mjs'
import type { Answer, Input, StartSession } from '../../harness/workload.js'

/** The kind of message that calls are made of. */
export interface Envelope {
  readonly id: number
  readonly method: string
  readonly args: readonly number[]
  readonly user: string
  readonly urgent: boolean
}

const envelopes: readonly Envelope[] = Array.from({ length: 1024 }, (_, i) => ({
  id: i,
  method: i % 3 === 0 ? 'multiply' : 'add',
  args: [i, i / 4],
  user: `user-${i % 50}`,
  urgent: i % 2 === 0,
}))

function duplicateAll(duplicate: (envelope: Envelope) => Envelope, { size, seed }: Input): Answer {
  let value = 0
  for (let i = 0; i < size; i++) {
    const made = duplicate(envelopes[valueAt(seed, i)] as Envelope)
    value += made.id + (made.args[0] as number)
  }
  return { value }
}

/** An adapter that makes each envelope anew. */
export function duplicating(duplicate: (envelope: Envelope) => Envelope): StartSession {
  return async () => ({ run: async (input) => duplicateAll(duplicate, input), close: async () => undefined })
}

export function expectedOf({ size, seed }: Input): number {
  return 2 * sumOf(size, seed)
}
