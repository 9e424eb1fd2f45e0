/** What one value may cost, checked when it is written, read, copied and checked. */
export interface Limits {
  /** Containers within containers. */
  readonly depth: number
  /** Members of all containers together: elements (holes too), values of fields, keys and values of maps. */
  readonly nodes: number
  /** Size of the encoded value. A copy, which makes no bytes, weighs its buffers and strings instead. */
  readonly bytes: number
  /** Decimal digits of a bigint; the size is estimated from its hexadecimal digits, never too high. */
  readonly bigintDigits: number
}

/** Between threads of one system. */
export const OWN_LIMITS: Limits = { depth: 512, nodes: 10_000_000, bytes: 512 * 1024 * 1024, bigintDigits: 1_000_000 }

/** For whatever comes from or goes to another process. */
export const FOREIGN_LIMITS: Limits = { depth: 64, nodes: 100_000, bytes: 16 * 1024 * 1024, bigintDigits: 1024 }
