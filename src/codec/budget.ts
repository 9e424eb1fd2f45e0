import type { Limits } from './limits.js'
import { Refusal } from './refusal.js'

/** What the walk over one value has used up of its limits, while it is written, copied or checked. */
export class Budget {
  private readonly limits: Limits
  private nodes = 0
  private bytes = 0
  private depth = 0

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Counts members of a container, before they are visited. */
  count(nodes: number): void {
    this.nodes += nodes
    if (this.nodes > this.limits.nodes) throw new Refusal(`has too many members; one message has at most ${this.limits.nodes} in all`)
  }

  /** Counts bytes that may be many, before they are made. */
  weigh(sizeBytes: number): void {
    this.bytes += sizeBytes
    if (this.bytes > this.limits.bytes) throw new Refusal(`makes the message larger than ${this.limits.bytes} bytes`)
  }

  /** Goes into an object; `leave` comes after, unless the walk fails. */
  enter(): void {
    if (++this.depth > this.limits.depth) throw new Refusal(`is nested deeper than ${this.limits.depth} levels`)
  }

  leave(): void {
    this.depth--
  }
}
