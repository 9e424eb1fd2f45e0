import { valueAt } from '../../harness/values.mjs'
import { FEW, matching } from './patterns.js'
import { buildIndex } from './troupe.js'

export const start = matching(FEW, ({ seed }, i) => valueAt(seed, i) % (FEW / 4), buildIndex)
