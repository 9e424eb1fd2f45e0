import type { Call } from '../../actors/kernel/call.js'
import { Cell } from '../../actors/kernel/cell.js'
import type { ValueContext } from '../../codec/context.js'
import type { Attachments } from '../../codec/references.js'

/** What the values of a frame are written or read with; made anew only when what travels beside them is kept elsewhere. */
export class ContextFor {
  #values: ValueContext | null = null
  #context: ValueContext | null = null

  of(values: ValueContext, { attachments }: { readonly attachments: Attachments }): ValueContext {
    if (this.#context === null || this.#values !== values || this.#context.attachments !== attachments) {
      this.#values = values
      this.#context = { ...values, attachments }
    }
    return this.#context
  }
}

/** Who asked, in this thread: whose Remotes those in the answer become. */
export function receiverOf(call: Call): Cell | undefined {
  return call.caller instanceof Cell ? call.caller : undefined
}
