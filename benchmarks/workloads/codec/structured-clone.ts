import { duplicating } from './envelopes.js'

export const start = duplicating((envelope) => structuredClone(envelope))
