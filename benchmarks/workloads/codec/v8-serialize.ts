import { deserialize, serialize } from 'node:v8'
import { duplicating, type Envelope } from './envelopes.js'

export const start = duplicating((envelope) => deserialize(serialize(envelope)) as Envelope)
