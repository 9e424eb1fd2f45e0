import { tellsTo } from './troupe-tells.js'

/** The process that counts listens, and is connected to. */
export const start = tellsTo('direct')
