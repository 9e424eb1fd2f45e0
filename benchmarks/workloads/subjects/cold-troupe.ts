import { MANY, matching } from './patterns.js'
import { buildIndex } from './troupe.js'
import { nextSubject } from './workload.js'

export const start = matching(MANY, nextSubject, buildIndex)
