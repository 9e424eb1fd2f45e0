import type { ValueContext } from '../../../dist/codec/context.js'
import { OWN_LIMITS } from '../../../dist/codec/limits.js'

/** Between threads of one system, for values without handles. */
export const ownContext: ValueContext = { limits: OWN_LIMITS, stacks: true, regexp: true }
