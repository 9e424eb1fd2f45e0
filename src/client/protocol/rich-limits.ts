/** What one value may cost: as what comes from another process (RELIABILITY 4.4). */
export const RICH_LIMITS = { depth: 64, nodes: 100_000, bigintDigits: 1024 } as const

/** Remotes and bindings within values; everything else is data. */
export interface Handles {
  /** What stands for a value that is an actor; `undefined` for other values. */
  write(value: object): unknown
  /**
   * The inverse of `write`.
   *
   * @throws for what stands for nobody
   */
  read(note: unknown): unknown
}

/** A value that cannot be told, or a note that cannot be read; the message names the path. */
export class RichError extends TypeError {
  override readonly name = 'RichError'
}

/** Of typed arrays, by their names. */
export const VIEWS = {
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const

export type ViewName = keyof typeof VIEWS
