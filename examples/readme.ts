import { contract, createSystem, isFailure, main, method, service } from 'troupe'
import { z } from 'zod'

export const MathApi = contract('math', {
  methods: { multiply: method([z.number(), z.number()], z.number()) },
  errors: { Overflow: z.object({ limit: z.number() }) },
})

export const MathService = service(import.meta, MathApi, (self, init: { limit: number }) => ({
  multiply(x, y) {
    if (x * y > init.limit) throw self.failure('Overflow', { limit: init.limit })
    return x * y
  },
}))

await main(import.meta, async () => {
  await using system = await createSystem({ name: 'readme' }) // a worker thread for each core
  await system.spawn(MathService, { init: { limit: 100 } }) // on one of them
  const math = await system.lookup(MathApi) // typed by the contract
  console.log(await math.multiply(6, 7))
  await math.multiply(60, 70).catch((error) => {
    if (isFailure(error, MathApi, 'Overflow')) console.log(`over ${error.data.limit}`)
  })
})
