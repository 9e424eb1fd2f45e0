import { tellsTo } from './troupe-tells.js'

/** Both are clients of a third process. */
export const start = tellsTo('hub')
