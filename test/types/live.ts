/** The client of browsers is typed as a system is. */
import { contract, method, type Received, type Remote, report, stream } from 'troupe'
import { createClient, isFailure } from 'troupe/client'
import { z } from 'zod'

const MathApi = contract('math', {
  methods: { multiply: method([z.number(), z.number()], z.number()), primes: stream([z.int()], z.int()) },
  reports: { load: report(z.object({ calls: z.int() })) },
  errors: { Overflow: z.object({ limit: z.number() }) },
})

const client = createClient('wss://gate.test/live', { properties: { locale: 'de' } })
const math = await client.lookup(MathApi)
math satisfies Remote<typeof MathApi>
;(await math.multiply(2, 3)) satisfies number
for await (const prime of math.primes(10)) prime satisfies number
// @ts-expect-error: the second argument is missing
void math.multiply(2)

const byName = await client.lookup<typeof MathApi>('math')
;(await byName.$.with({ timeoutMs: 5 }).multiply(2, 3)) satisfies number

client.subscribe(MathApi, 'load', (one) => one satisfies Received<'load', { calls: number }>)
// @ts-expect-error: the contract has no such report
client.subscribe(MathApi, 'weather', () => undefined)
for await (const { content } of client.subscribe(byName, 'load')) content.calls satisfies number

const outcome = await math.$.try.multiply(2, 3)
if (!outcome.ok && outcome.failure.code === 'Overflow') outcome.failure.data.limit satisfies number
await math.multiply(2, 3).catch((error: unknown) => isFailure(error, MathApi, 'Overflow') && (error.data.limit satisfies number))

client.announcements({ group: 'web' }, ({ binding }) => binding.name satisfies string)
client.watch(math, ({ reason }) => reason satisfies string)
// @ts-expect-error: work is offloaded inside only
void client.offload
client.on('connection', ({ state }) => state satisfies 'active' | 'inactive' | 'failed' | 'refused' | 'closed')[Symbol.dispose]()
await client.close()
