import type { Limits } from './limits.js'
import type { Attachments, References } from './references.js'

/** Between whom a value goes; the same on both sides. */
export interface ValueContext {
  readonly limits: Limits
  /** Without it no object is taken for a handle. */
  readonly references?: References | undefined
  /** Without it nothing travels beside the bytes. */
  readonly attachments?: Attachments | undefined
  /** Whether errors carry their stack: only within a system. */
  readonly stacks: boolean
  /** Whether RegExp may be sent: only within a system. */
  readonly regexp: boolean
}
