import { valueAt } from '../../harness/values.mjs'
import { MANY, matching } from './patterns.js'
import { buildIndex } from './troupe.js'

export const start = matching(MANY, ({ seed }, i) => valueAt(seed, i), buildIndex)
