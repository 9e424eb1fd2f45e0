import { contract, method, report, stream } from 'troupe'
import { z } from 'zod'

/** What page and server have in common. The page imports its type only, which costs no byte. */
export const CounterApi = contract('counter', {
  methods: {
    add: method([z.int()], z.int()),
    countdown: stream([z.int()], z.int()),
  },
  reports: { total: report(z.object({ total: z.int(), at: z.date() }), { lifetimeMs: Number.POSITIVE_INFINITY }) },
})
