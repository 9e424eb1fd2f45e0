import type { ThreadKey } from '../../base/ids.js'
import type { SystemFacts } from '../self-type.js'

/** When arguments and results are checked against the schemas of a contract. */
export type Validate = 'always' | 'boundary' | 'never'

/** What the actors of a thread go by. */
export interface CoreOptions {
  /** What `self.system` shows. */
  readonly facts: SystemFacts
  readonly process: string
  readonly thread: ThreadKey
  readonly audience: string
  readonly timeoutMs: number
  readonly validate: Validate
  /** Services of one thread get references. */
  readonly share: boolean
  /** Messages within a thread are encoded and decoded. */
  readonly strict: boolean
  readonly counters?: ArrayBufferLike | undefined
  /** How many listen to dead letters, on thread 0; memory of all threads. */
  readonly listening?: Int32Array | undefined
  /** Order of turns, for simulation. */
  readonly pick?: ((waiting: number) => number) | undefined
  readonly sliceMessages?: number | undefined
  /** Actors of other threads that nobody holds are known all the same: no seed decides when memory is collected. */
  readonly keepsFars?: boolean | undefined
}
