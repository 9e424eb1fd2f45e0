import { contract, method, service } from 'troupe'
import { z } from 'zod'

const EchoApi = contract('echo', { methods: { next: method([z.number()], z.number()) } })

/** Answers with the number that comes next. */
export const EchoService = service(import.meta, EchoApi, () => ({ next: (value) => value + 1 }))
