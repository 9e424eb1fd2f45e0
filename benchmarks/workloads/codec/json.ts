import { duplicating, type Envelope } from './envelopes.js'

export const start = duplicating((envelope) => JSON.parse(JSON.stringify(envelope)) as Envelope)
