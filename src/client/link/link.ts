import { type Backoff, backoffMs } from '../../base/backoff.js'
import type { ClientConnectionEvent, ClientProperties } from '../client-type.js'
import { readGatewayFrame } from '../protocol/frame-reading.js'
import { CLOSE, type ClientFrame, type GatewayFrame, LIVE_VERSION } from '../protocol/frames.js'
import type { Platform, Socket } from './platform.js'

/** How long an attempt may take until the gateway says welcome. */
const CONNECT_LIMIT_MS = 10_000
/** Beats that may be missing. */
const SILENT_BEATS = 2.5
/** Connections in a row on which one side did not understand the other from the beginning: a sixth would go the same way. */
const MAX_GARBLED = 5
/** A connection that has been active for so long was understood at first. */
const STEADY_MS = 10_000

/** Of a connection that ended without a word (RFC 6455, 7.4.1). */
const NO_CODE = 1006
/** Browsers do not tell what the gateway answered. */
const ADVICE = '; is a live() mount there, and the origin of this page in cors?'

/** What a link is told. */
export interface LinkOptions {
  readonly url: string
  readonly properties: () => ClientProperties | Promise<ClientProperties>
  readonly backoff: Backoff
}

/** Who hears of a link. */
export interface LinkListener {
  /** The gateway has said welcome; frames that came before are known. */
  onActive(): void
  /** An active connection has ended, or one that had begun to tell of services. */
  onLost(): void
  onFrame(frame: GatewayFrame): void
  /** It is closed, for there is no use in more attempts. Nothing else is told of it. */
  onGiveUp(reason: string): void
  onEvent(event: ClientConnectionEvent): void
}

/**
 * A connection that is made again and again until it is closed:
 *
 *   | state      | event              | next       | effect                                     |
 *   | waiting    | time               | connecting | opens a socket                             |
 *   | connecting | welcome            | active     | `onActive`, `active`                       |
 *   | connecting | closed, late       | waiting    | `failed` or `refused`                      |
 *   | active     | closed, silent     | waiting    | `onLost`, `inactive`                       |
 *   | active     | garbled again      | closed     | `onGiveUp`                                 |
 *   | any        | `close`            | closed     | `onLost`                                   |
 */
export class Link {
  readonly #platform: Platform
  readonly #options: LinkOptions
  readonly #listener: LinkListener
  #state: 'waiting' | 'connecting' | 'active' | 'closed' = 'waiting'
  #socket: Socket | null = null
  #attempt = 1
  #garbled = 0
  #activeMs = 0
  #heardMs = 0
  #cancel = (): void => undefined

  constructor(platform: Platform, options: LinkOptions, listener: LinkListener) {
    this.#platform = platform
    this.#options = options
    this.#listener = listener
    this.#wait(0)
  }

  get state(): 'connecting' | 'active' | 'closed' {
    return this.#state === 'waiting' ? 'connecting' : this.#state
  }

  /** Bytes that have not left yet. */
  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  /** Sends, while it is active. */
  send(text: string): void {
    if (this.#state === 'active') this.#socket?.send(text)
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancel()
    this.#drop(CLOSE.done)
    this.#listener.onLost()
  }

  #wait(delayMs: number): void {
    this.#state = 'waiting'
    this.#cancel = this.#platform.timer(delayMs, () => this.#connect())
  }

  #connect(): void {
    this.#state = 'connecting'
    this.#cancel = this.#platform.timer(CONNECT_LIMIT_MS, () => this.#end(0, 'the gateway did not answer in time'))
    let isCurrent = true
    const socket = this.#platform.open(this.#options.url, {
      onOpen: () => this.#greet(socket, () => isCurrent),
      onMessage: (data) => this.#hear(data),
      onClose: (code, reason) => {
        isCurrent = false
        this.#socket = null
        this.#end(code, reason || `the connection ended with code ${code}${this.#state === 'connecting' && code === NO_CODE ? ADVICE : ''}`)
      },
    })
    this.#socket = socket
  }

  async #greet(socket: Socket, isCurrent: () => boolean): Promise<void> {
    try {
      const properties = await this.#options.properties()
      const hello: ClientFrame = { kind: 'hello', version: LIVE_VERSION, properties }
      if (isCurrent()) socket.send(JSON.stringify(hello))
    } catch (error) {
      if (isCurrent()) this.#end(0, `properties() failed: ${String(error)}`)
    }
  }

  #hear(data: unknown): void {
    const frame = readGatewayFrame(data)
    this.#heardMs = this.#platform.now()
    if ('fault' in frame) return this.#end(CLOSE.garbled, `the gateway says what is no frame: ${frame.fault}`)
    if (frame.kind === 'welcome') return this.#welcome(frame)
    if (frame.kind === 'beat') return this.#socket?.send('{"kind":"beat"}')
    this.#listener.onFrame(frame)
  }

  #welcome({ version, beatMs }: Extract<GatewayFrame, { kind: 'welcome' }>): void {
    if (version !== LIVE_VERSION) return this.#end(CLOSE.garbled, `the gateway speaks version ${version}, this client ${LIVE_VERSION}`)
    if (this.#state !== 'connecting') return
    this.#state = 'active'
    this.#activeMs = this.#heardMs
    this.#attempt = 1 + this.#garbled
    this.#cancel()
    this.#listen(beatMs * SILENT_BEATS)
    this.#listener.onActive()
    this.#listener.onEvent({ state: 'active', reason: '' })
  }

  /** Ends a connection on which nothing has come for too long. */
  #listen(limitMs: number): void {
    const leftMs = this.#heardMs + limitMs - this.#platform.now()
    if (leftMs <= 0) return this.#end(CLOSE.silent, 'the gateway has been silent for too long')
    this.#cancel = this.#platform.timer(leftMs, () => this.#listen(limitMs))
  }

  #end(code: number, reason: string): void {
    if (this.#state === 'closed' || this.#state === 'waiting') return
    const wasActive = this.#state === 'active'
    this.#cancel()
    if (wasActive) this.#garbled = this.#isGarbledAtOnce(code) ? this.#garbled + 1 : 0
    if (this.#garbled >= MAX_GARBLED) return this.#giveUp(code, reason)
    this.#attempt++
    this.#wait(backoffMs(this.#options.backoff, this.#attempt, { next: () => this.#platform.random() }))
    this.#drop(code)
    this.#listener.onLost()
    const failed = code === CLOSE.refused ? 'refused' : 'failed'
    this.#listener.onEvent({ state: wasActive ? 'inactive' : failed, reason })
  }

  #isGarbledAtOnce(code: number): boolean {
    return code === CLOSE.garbled && this.#platform.now() - this.#activeMs < STEADY_MS
  }

  #giveUp(code: number, reason: string): void {
    this.#state = 'closed'
    this.#drop(code)
    this.#listener.onGiveUp(`client and gateway did not understand each other on ${MAX_GARBLED} connections in a row: ${reason}`)
  }

  #drop(code: number): void {
    const socket = this.#socket
    this.#socket = null
    socket?.close(code >= 4000 ? code : CLOSE.done)
  }
}
