/** What the protocol needs of cryptography; synchronous, so that a handshake is a pure state machine over it. */
export interface Crypto {
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array
  /** 32 bytes. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array
  /** Compares in a time that does not depend on where they differ. */
  isSame(one: Uint8Array, other: Uint8Array): boolean
  randomBytes(count: number): Uint8Array
}
