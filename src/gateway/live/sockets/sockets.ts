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
import type { OwingConnections } from '../../http/owing-connections.js'
import type { Answer, Question } from '../../http/question.js'
import { tryTake } from '../../limits/allowance.js'
import type { LiveTotals } from '../../limits/live-totals.js'
import type { Mounts } from '../../mounts.js'
import { LiveConnection } from '../connection.js'
import { isLive, type LiveProtocol } from '../live.js'
import { CLOSE_LIMIT_MS, socketWire } from './socket-wire.js'
import { refuseUpgrade, upgradeQuestion } from './upgrade.js'

/** What the WebSockets of a gateway stand on. */
export interface SocketParts {
  readonly core: Core
  readonly mounts: Mounts
  readonly rules: DoorRules
  readonly authorise: Authorise | undefined
  readonly live: LiveTotals
  readonly owing: OwingConnections
}

/** One that is opened, and who asked for it. */
interface Opening {
  readonly opened: WebSocket
  readonly stream: Duplex
  readonly question: Question
  readonly protocol: LiveProtocol
}

/** One whose socket is open, though its connection may have ended. */
interface OpenSocket {
  readonly connection: LiveConnection
  readonly opened: WebSocket
}

/** The mount that is asked for a connection. */
interface Found {
  readonly protocol: LiveProtocol
  readonly below: string
}

const SOCKET_OPTIONS = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  /** Of those that the other side closes; `@types/ws` does not know it. */
  closeTimeout: CLOSE_LIMIT_MS,
}

const TOO_MANY = problem(503, 'there are too many connections; try again later', { headers: { 'retry-after': '5' } })

/** The WebSockets of a gateway: who may open one, and those that are open. */
export class Sockets {
  readonly #parts: SocketParts
  readonly #open = new Set<OpenSocket>()
  readonly #server = new WebSocketServer(SOCKET_OPTIONS)
  #isClosing = false
  #onQuiet: (() => void) | null = null

  constructor(parts: SocketParts) {
    this.#parts = parts
  }

  /** Whether a request asks for a WebSocket of a live mount; only such requests are theirs to upgrade. */
  takes(req: IncomingMessage): boolean {
    return offersWebSocket(req) && this.#find(pathOf(req.url ?? '')) !== undefined
  }

  /** Opens a WebSocket, or refuses to, after the answers that are owed; false for a request that they do not take, which is untouched. */
  upgrade(offered: OfferedUpgrade): boolean {
    const { req, socket } = offered
    if (!offersWebSocket(req)) return false
    const question = upgradeQuestion(req, socket)
    const found = this.#find(question?.path)
    if (question === undefined || found === undefined) return false
    this.#parts.owing.after(socket, () => this.#answer(offered, question, found))
    return true
  }

  /** Takes no more requests; resolves when all that is owed has been answered and all connections have ended. */
  leave(): Promise<void> {
    this.#isClosing = true
    for (const { connection } of [...this.#open]) connection.leave()
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onQuiet = resolve
    })
  }

  /** Ends all connections; clients are told. */
  close(): void {
    for (const { connection } of [...this.#open]) connection.close(CLOSE.leaving, 'the gateway closes')
  }

  /** Ends what is still open. */
  drop(): void {
    for (const { opened } of [...this.#open]) opened.terminate()
  }

  #answer(offered: OfferedUpgrade, question: Question, { protocol, below }: Found): void {
    const refusal = this.#decide(question, below)
    const giveBack = refusal === undefined ? tryTake([protocol.clients, this.#parts.live.clients]) : undefined
    if (giveBack === undefined) refuseUpgrade(offered.socket, refusal ?? TOO_MANY)
    else this.#accept(offered, { question, protocol }, giveBack)
  }

  #find(path: string | undefined): Found | undefined {
    const match = path === undefined ? undefined : this.#parts.mounts.match(path)
    const protocol = match?.mount.protocols.find(isLive)
    return match === undefined || protocol === undefined ? undefined : { protocol, below: match.below }
  }

  #decide(question: Question, below: string): Answer | undefined {
    if (this.#isClosing) return problem(503, 'the gateway has been closed')
    if (below !== '') return problem(404, 'a connection is opened at the path of a mount')
    return decideAtDoor(question, this.#parts.rules)
  }

  /** It counts until its socket is closed. */
  #accept({ req, socket, head }: OfferedUpgrade, asked: Pick<Opening, 'question' | 'protocol'>, giveBack: () => void): void {
    let isOpened = false
    this.#server.handleUpgrade(req, socket, head, (opened) => {
      isOpened = true
      opened.on('close', giveBack)
      this.#begin({ opened, stream: socket, ...asked })
    })
    if (!isOpened) giveBack()
  }

  #begin({ opened, stream, question, protocol }: Opening): void {
    const { core, authorise, live } = this.#parts
    const { properties } = protocol
    const isVouched = authorise !== undefined || protocol.authorise !== undefined
    const connection = new LiveConnection({
      host: protocol.hostOf(core),
      wire: socketWire({ socket: opened, stream, core }),
      totals: live,
      admit: (given) => this.#admit(question, protocol, given),
      passes: (name) => name !== 'authorization' && (properties?.includes(name) ?? !isVouched),
    })
    const open = { connection, opened }
    this.#open.add(open)
    opened.on('message', (data, isBinary) => connection.heard(isBinary ? undefined : String(data)))
    // What went wrong is of the other side's making; `close` follows.
    opened.on('error', () => undefined)
    opened.on('close', () => this.#closed(open))
    if (this.#isClosing) connection.leave()
  }

  #closed(open: OpenSocket): void {
    open.connection.ended()
    this.#open.delete(open)
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
