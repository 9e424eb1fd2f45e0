import { valueAt } from '../../harness/values.mjs'
import { MANY, matching } from './patterns.js'
import { buildQlobber } from './qlobber.js'

export const start = matching(MANY, ({ seed }, i) => valueAt(seed, i), buildQlobber)
