import { SERVICES } from './workload.js'

export const names: readonly string[] = Array.from({ length: SERVICES }, (_, i) => `service-${i}`)
