import { contract, method, service } from 'troupe'
import { z } from 'zod'

const SinkApi = contract('sink', { methods: { add: method([z.number()]), caughtUp: method(), take: method([], z.number()) } })

/** Adds up what it is told. */
export const SinkService = service(import.meta, SinkApi, () => {
  let sum = 0
  return {
    add(value) {
      sum += value
    },
    caughtUp() {},
    take() {
      const taken = sum
      sum = 0
      return taken
    },
  }
})
