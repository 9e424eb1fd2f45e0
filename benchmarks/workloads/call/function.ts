import { callsOf } from '../../harness/in-flight.js'

/** The ceiling: no actor, no mailbox, no deadline. */
export const start = callsOf(async (value) => value + 1)
