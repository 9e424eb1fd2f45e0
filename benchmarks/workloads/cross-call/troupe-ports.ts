import { callsWith } from './troupe.js'

export const start = callsWith({ maxRingBytes: 0 })
