/** Why the body of a question could not be had; `'taken'`: something before the gateway has read it, and kept it to itself. */
export type BodyFault = 'too-large' | 'cut-short' | 'taken'

/**
 * An HTTP request as the gateway sees it, whatever server took it. It is no `Request` of fetch: to make and read one costs more than
 * the call of a small method.
 */
export interface Question {
  readonly method: string
  /** As it was sent, percent signs and all, without the query. */
  readonly path: string
  /** Who asks; `undefined` where the server does not tell. */
  readonly remoteAddress: string | undefined
  /** It came to an address that only this machine can reach, or may have. */
  readonly isLoopback: boolean
  /** By its name in lower case. */
  header(name: string): string | undefined
  /** The whole body, to be asked for once. */
  body(maxBytes: number): Promise<Uint8Array | BodyFault>
  /** Calls back when whoever asks has gone before the answer was theirs. */
  onGone(callback: () => void): void
  /**
   * Method, URL and headers for who decides whether it is let in; it has no body.
   *
   * @throws TypeError for a URL or header that fetch does not know
   */
  toRequest(): Request
}

/** Names of headers are in lower case. */
export type Headers = Readonly<Record<string, string>>

/** An HTTP response. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string | null
  /** Instead of a body: text that comes bit by bit. It is read to its end, or its `return` is called. */
  readonly stream?: AsyncIterable<string>
}
