import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Core } from '../../../actors/kernel/core.js'
import { CLOSE, MAX_MESSAGE_BYTES } from '../../../client/protocol/frames.js'
import { type Authorise, type Properties, pass } from '../../authorising.js'
import { problem } from '../../http/answer.js'
import { type DoorRules, decideAtDoor } from '../../http/door.js'
import { pathOf } from '../../http/node-question.js'
import { type OfferedUpgrade, offersWebSocket } from '../../http/offered-upgrade.js'
import type { Answer, Question } from '../../http/question.js'
import type { Mounts } from '../../mounts.js'
import { LiveConnection } from '../connection.js'
import { isLive, type LiveProtocol } from '../live.js'
import { socketWire } from './socket-wire.js'
import { refuseUpgrade, upgradeQuestion } from './upgrade.js'

/** What the WebSockets of a gateway stand on. */
export interface SocketParts {
  readonly core: Core
  readonly mounts: Mounts
  readonly rules: DoorRules
  readonly authorise: Authorise | undefined
}

interface Opened {
  readonly opened: WebSocket
  readonly stream: Duplex
}

/** The WebSockets of a gateway: who may open one, and those that are open. */
export class Sockets {
  readonly #parts: SocketParts
  readonly #open = new Set<LiveConnection>()
  readonly #counts = new Map<LiveProtocol, number>()
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  })
  #isClosing = false
  #onQuiet: (() => void) | null = null

  constructor(parts: SocketParts) {
    this.#parts = parts
  }

  /** Whether a request asks for a WebSocket of a live mount; only such requests are theirs to upgrade. */
  takes(req: IncomingMessage): boolean {
    return offersWebSocket(req) && this.#find(pathOf(req.url ?? '')) !== undefined
  }

  /** Opens a WebSocket, or refuses to; false for a request that they do not take, which is untouched. */
  upgrade({ req, socket, head }: OfferedUpgrade): boolean {
    if (!offersWebSocket(req)) return false
    const question = upgradeQuestion(req, socket)
    const found = this.#find(question?.path)
    if (question === undefined || found === undefined) return false
    const { protocol, below } = found
    const refusal = this.#decide(question, protocol, below)
    if (refusal !== undefined) refuseUpgrade(socket, refusal)
    else this.#server.handleUpgrade(req, socket, head, (opened) => this.#begin({ opened, stream: socket }, question, protocol))
    return true
  }

  /** Takes no more requests; resolves when all that is owed has been answered and all connections have ended. */
  leave(): Promise<void> {
    this.#isClosing = true
    for (const connection of [...this.#open]) connection.leave()
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onQuiet = resolve
    })
  }

  /** Ends all connections. */
  close(): void {
    for (const connection of [...this.#open]) connection.close(CLOSE.leaving, 'the gateway closes')
  }

  #find(path: string | undefined): { readonly protocol: LiveProtocol; readonly below: string } | undefined {
    const match = path === undefined ? undefined : this.#parts.mounts.match(path)
    const protocol = match?.mount.protocols.find(isLive)
    return match === undefined || protocol === undefined ? undefined : { protocol, below: match.below }
  }

  #decide(question: Question, protocol: LiveProtocol, below: string): Answer | undefined {
    if (this.#isClosing) return problem(503, 'the gateway has been closed')
    if (below !== '') return problem(404, 'a connection is opened at the path of a mount')
    const refusal = decideAtDoor(question, this.#parts.rules)
    if (refusal !== undefined) return refusal
    const count = this.#counts.get(protocol) ?? 0
    return count < protocol.maxConnections ? undefined : problem(503, 'there are too many connections')
  }

  #begin({ opened, stream }: Opened, question: Question, protocol: LiveProtocol): void {
    const { core, authorise } = this.#parts
    const { properties } = protocol
    const isVouched = authorise !== undefined || protocol.authorise !== undefined
    const connection = new LiveConnection({
      host: protocol.hostOf(core),
      wire: socketWire({ socket: opened, stream, scheduler: core.world.scheduler }),
      admit: (given) => this.#admit(question, protocol, given),
      passes: (name) => name !== 'authorization' && (properties?.includes(name) ?? !isVouched),
      onClosed: () => this.#closed(connection, protocol),
    })
    this.#open.add(connection)
    this.#counts.set(protocol, (this.#counts.get(protocol) ?? 0) + 1)
    opened.on('message', (data, isBinary) => connection.heard(isBinary ? undefined : String(data)))
    // What went wrong is of the other side's making; `close` follows.
    opened.on('error', () => undefined)
    opened.on('close', () => connection.ended())
    if (this.#isClosing) connection.leave()
  }

  #closed(connection: LiveConnection, protocol: LiveProtocol): void {
    this.#open.delete(connection)
    this.#counts.set(protocol, (this.#counts.get(protocol) ?? 1) - 1)
    if (this.#open.size === 0) this.#onQuiet?.()
  }

  /** Asks the gates of gateway and mount, once, with what a page cannot send as a header. */
  async #admit(question: Question, protocol: LiveProtocol, given: Properties): Promise<Properties | undefined> {
    const { core, authorise } = this.#parts
    const { remoteAddress } = question
    const shown: Question = { ...question, toRequest: () => withAuthorization(question.toRequest(), given['authorization']) }
    const own = remoteAddress === undefined ? {} : { remoteAddress }
    const before = authorise === undefined ? own : await pass(core, shown, authorise, own)
    if (before === undefined || protocol.authorise === undefined) return before
    return await pass(core, shown, protocol.authorise, before)
  }
}

/** A header of the request itself goes before. */
function withAuthorization(request: Request, authorization: string | undefined): Request {
  if (authorization !== undefined && !request.headers.has('authorization')) request.headers.set('authorization', authorization)
  return request
}
