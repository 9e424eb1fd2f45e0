import { copyValue } from '../../../dist/codec/copy.js'
import { duplicating, type Envelope } from './envelopes.js'
import { ownContext } from './own-context.js'

export const start = duplicating((envelope) => copyValue(envelope, ownContext, 'value') as Envelope)
