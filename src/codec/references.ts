/** Knows the handles of services (`Remote`, binding): how one travels, and what the receiver gets for it. */
export interface References {
  /** Whether `value`, which is no array, is a handle. **Cost**: asked of every object, so it must be cheap. */
  is(value: object): boolean
  /** A fresh plain record that stands for the handle; it is encoded as a value. */
  write(value: object): unknown
  /** The handle that a record stands for. The record may come from a stranger: throws when it is not one. */
  read(record: unknown): object
  /** Within a thread: the receiver's own handle for the same thing. */
  rewrap(value: object): object
}

/** What travels beside the bytes, between threads of one system only: SharedArrayBuffer, MessagePort, transferred buffers. */
export interface Attachments {
  /** Whether `value` may travel as it is. Asked of what the codec itself does not know, and of SharedArrayBuffers. */
  accepts(value: object): boolean
  /** Whether what `transfer()` marked is moved here: a buffer goes as an attachment, and views of it keep their offset and length. */
  readonly moves?: boolean
  /**
   * Adds to what goes with the message and returns its index; `moving` says that it changes hands. What a refused value has
   * added stays for the caller to drop.
   */
  add(value: object, moving: boolean): number
  /** What came with the message under an index; throws when there is nothing. */
  get(index: number): object
}
