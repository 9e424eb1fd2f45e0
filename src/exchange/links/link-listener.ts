import type { OnFrame } from '../protocol/frame-splitter.js'
import type { PeerHello } from '../protocol/handshake.js'
import type { RefusalReason } from '../protocol/refusal.js'

/** How a link came to its end. */
export interface LinkEnd {
  readonly reason: RefusalReason | 'lost' | 'closed'
  /** Who ended it; `network` when nobody did. */
  readonly by: 'us' | 'them' | 'network'
  readonly error?: Error | undefined
  /** Data frames that had not left. */
  readonly unsent: number
}

export interface LinkListener {
  /** The other side has proved who it is: frames may be sent. */
  onReady(peer: PeerHello): void
  onFrame: OnFrame
  /** There was no room for data, and there is again. */
  onRoom(): void
  /** Told once; nothing comes afterwards. */
  onEnd(end: LinkEnd): void
}
