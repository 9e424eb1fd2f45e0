import { MANY, matching } from './patterns.js'
import { buildQlobber } from './qlobber.js'
import { nextSubject } from './workload.js'

export const start = matching(MANY, nextSubject, buildQlobber)
