import { contract, method, service } from 'troupe'
import { z } from 'zod'
import { churn, churnLong } from '../cpu-pool/churn.mjs'

const ChurnerApi = contract('churner', {
  methods: { churn: method([z.number()], z.number()), churnLong: method([z.number()], z.number()) },
})

export const ChurnerService = service(import.meta, ChurnerApi, () => ({ churn, churnLong }))
