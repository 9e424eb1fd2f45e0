/** The API of a counter: what the demo calls, without the code that does it. */

import { contract, method } from 'troupe'
import { z } from 'zod'

const FileCount = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), path: z.string(), bytes: z.int(), lines: z.int(), words: z.int(), hash: z.string() }),
  z.object({ kind: z.enum(['binary', 'unreadable']), path: z.string() }),
])

export const CounterApi = contract('counter', {
  methods: {
    /** Counts files, and names the identifiers that this counter had not met before. */
    count: method([z.array(z.string())], z.object({ thread: z.int(), files: z.array(FileCount), newIdentifiers: z.array(z.string()) }), {
      timeoutMs: 30_000,
    }),
  },
})
