/** Of all bytes, so many before they are tight. */
const TIGHT_SHARE = 1 / 2

/** What is kept for one of those who share a budget. */
export interface Share {
  readonly bytes: number
  /** Says how much it is now; nothing once it has been closed or dropped. */
  set(bytes: number): void
  close(): void
}

/**
 * Bytes that may be kept for all together. Beyond them whoever keeps most is dropped, until the others have room: one who takes nothing
 * harms nobody who does.
 *
 * - **Cost**: constant; to find who keeps most takes a look at all, when somebody has to go.
 */
export class ByteBudget {
  readonly #maxBytes: number
  readonly #shares = new Set<OpenShare>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes that are kept for all. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether half of it is kept: time to keep no more than needs be. */
  get isTight(): boolean {
    return this.#bytes > this.#maxBytes * TIGHT_SHARE
  }

  /** `drop` is told when what it keeps is too much for all: it ends, and keeps nothing any more. */
  open(drop: () => void): Share {
    const share = new OpenShare({ drop, onChange: (bytes) => this.#change(bytes), onClose: (closed) => void this.#shares.delete(closed) })
    this.#shares.add(share)
    return share
  }

  #change(by: number): void {
    this.#bytes += by
    while (by > 0 && this.#bytes > this.#maxBytes) {
      const greatest = this.#greatest()
      if (greatest === undefined) return
      greatest.close()
      greatest.drop()
    }
  }

  #greatest(): OpenShare | undefined {
    let found: OpenShare | undefined
    for (const share of this.#shares) if (share.bytes > (found?.bytes ?? 0)) found = share
    return found
  }
}

interface ShareParts {
  readonly drop: () => void
  readonly onChange: (by: number) => void
  readonly onClose: (share: OpenShare) => void
}

class OpenShare implements Share {
  readonly #parts: ShareParts
  #isClosed = false
  bytes = 0

  constructor(parts: ShareParts) {
    this.#parts = parts
  }

  set(bytes: number): void {
    if (this.#isClosed || bytes === this.bytes) return
    const by = bytes - this.bytes
    this.bytes = bytes
    this.#parts.onChange(by)
  }

  close(): void {
    this.set(0)
    this.#isClosed = true
    this.#parts.onClose(this)
  }

  drop(): void {
    this.#parts.drop()
  }
}
