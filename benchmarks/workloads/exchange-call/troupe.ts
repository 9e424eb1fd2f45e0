import { callsTo } from './troupe-calls.js'

/** The process that answers listens, and is connected to. */
export const start = callsTo('direct')
