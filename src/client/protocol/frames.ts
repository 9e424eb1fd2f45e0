/** What the two sides of a live connection say to each other: one JSON object in each text message (docs/protocol.md, "Live"). */

/** Of this protocol; another is refused. */
export const LIVE_VERSION = 1

/** Of one message, in UTF-8. */
export const MAX_MESSAGE_BYTES = 2 ** 20

/** Why a connection was closed, as codes of RFC 6455, 7.4.2. */
export const CLOSE = {
  /** Its owner is done. */
  done: 1000,
  /** The gateway stops. */
  leaving: 1001,
  /** What came was no frame. */
  garbled: 4400,
  /** `authorise` said no. */
  refused: 4401,
  /** Nothing came for too long. */
  silent: 4408,
  /** More waits to be sent than may. */
  slow: 4413,
} as const

/** A value of JSON in the form of rich.ts. */
export type Rich = unknown

/** A service as the other side is told of it. */
export interface Offer {
  readonly id: string
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[]
  readonly address: string
  readonly process: string
  readonly exchangeGroup: string
  /** Its methods that are streams. */
  readonly streams: readonly string[]
  /** Deadlines of methods that have one of their own, in milliseconds; `null` is none. */
  readonly timeouts: Readonly<Record<string, number | null>>
}

/** A failure as it travels; `data` is rich. Causes and stacks stay where they are. */
export interface FailureNote {
  readonly code: string
  readonly error: number
  readonly description: string
  readonly origin: string
  readonly details: string
  readonly delivered: 'no' | 'maybe' | 'yes'
  readonly data?: Rich
}

/** Which services: all that is given must fit. */
export interface WireWhere {
  readonly name?: string | undefined
  readonly group?: string | undefined
  readonly address?: string | undefined
  readonly id?: string | undefined
}

interface Asked {
  readonly to: string
  readonly method: string
  readonly args: readonly Rich[]
  /** `null`: none. Left out: that of the method, else of the gateway's system. */
  readonly timeoutMs?: number | null | undefined
  readonly priority?: 'high' | 'normal' | 'low' | undefined
  readonly properties?: Readonly<Record<string, string>> | undefined
}

/** What a client says. Its numbers name what it asks for; each is used once. */
export type ClientFrame =
  | { readonly kind: 'hello'; readonly version: number; readonly properties: Readonly<Record<string, string>> }
  | ({ readonly kind: 'call' | 'offer'; readonly id: number } & Asked)
  | ({ readonly kind: 'tell' } & Asked)
  | ({ readonly kind: 'stream'; readonly id: number; readonly credit: number } & Asked)
  | {
      readonly kind: 'subscribe'
      readonly id: number
      readonly where: WireWhere
      readonly pattern: string
      readonly capacity: number
      readonly overflow: 'drop-oldest' | 'drop-newest' | 'latest' | 'close'
      readonly credit: number
    }
  | { readonly kind: 'watch'; readonly id: number; readonly to: string }
  | { readonly kind: 'credit'; readonly id: number; readonly count: number }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'beat' }

/** A report; `publisher` is an id when the client has been told of it. */
export interface ReportItem {
  readonly publisher: string | Offer
  readonly subject: string
  readonly pattern: string
  readonly content: Rich
  readonly retained: boolean
  readonly missed: number
}

/** What a gateway says. */
export type GatewayFrame =
  | { readonly kind: 'welcome'; readonly version: number; readonly beatMs: number; readonly process: string }
  | {
      readonly kind: 'services'
      readonly here: readonly Offer[]
      readonly gone: readonly (readonly [id: string, reason: string])[]
    }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Rich }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: FailureNote }
  | { readonly kind: 'item'; readonly id: number; readonly item: Rich }
  | { readonly kind: 'report'; readonly id: number; readonly report: ReportItem }
  | { readonly kind: 'ready'; readonly id: number }
  | { readonly kind: 'gone'; readonly id: number; readonly reason: string }
  | { readonly kind: 'end'; readonly id: number; readonly failure?: FailureNote | undefined }
  | { readonly kind: 'beat' }
