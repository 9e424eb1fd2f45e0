import { tellsWith } from './troupe.js'

export const start = tellsWith({ maxRingBytes: 0 })
