/** A value that cannot be sent; `message` is the path to what is at fault and the reason, which says what to do. */
export class UnsendableError extends Error {
  /** Where it is, from the prefix that the caller gave: `args[0].list[3].cb`. */
  readonly path: string
  /** What is wrong there: `is a Promise; await it first`. */
  readonly reason: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path || 'the value'} ${reason}`, options)
    this.path = path
    this.reason = reason
  }
}
Object.defineProperty(UnsendableError.prototype, 'name', { value: 'UnsendableError', writable: true, configurable: true })

/** Bytes that are not a value: truncated, garbled or beyond a limit. */
export class DecodeError extends Error {}
Object.defineProperty(DecodeError.prototype, 'name', { value: 'DecodeError', writable: true, configurable: true })
