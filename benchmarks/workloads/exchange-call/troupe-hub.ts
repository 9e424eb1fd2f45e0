import { callsTo } from './troupe-calls.js'

/** Both are clients of a third process. */
export const start = callsTo('hub')
