import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { within } from '../actors/kernel/alarm.js'
import type { Core } from '../actors/kernel/core.js'
import { parseOptions } from '../actors/options.js'
import { quote } from '../actors/quote.js'
import type { System } from '../actors/system-type.js'
import { Attendance } from './attendance.js'
import { Desk } from './desk.js'
import { closeOptions, gatewayOptions, listenOptions } from './gateway-options.js'
import type { Gateway, GatewayCloseOptions, GatewayOptions, ListenOptions, RequestFacts } from './gateway-type.js'
import { problem, withHeaders } from './http/answer.js'
import { fetchQuestion, toResponse } from './http/fetch-question.js'
import { nodeQuestion, pathOf, wholeQuestion, writeAnswer } from './http/node-question.js'
import { isLocalHost, type Listening, limitedServer, listen, stopListening } from './http/node-server.js'
import { serverOf, serveUnupgraded } from './http/offered-upgrade.js'
import { OwingConnections } from './http/owing-connections.js'
import type { Answer, Headers, Question } from './http/question.js'
import { Turns } from './http/turns.js'
import { Allowance } from './limits/allowance.js'
import { createTotals } from './limits/live-totals.js'
import { Sockets } from './live/sockets/sockets.js'
import { type Match, Mounts } from './mounts.js'
import type { GatewayProtocol, Protocol } from './protocol.js'
import { Reception } from './reception.js'

const DEFAULT_TIMEOUT_MS = 5000
const DEFAULT_DRAIN_MS = 10_000
const DEFAULT_LIMITS = {
  maxBodyBytes: 2 ** 20,
  maxHeldBytes: 2 ** 28,
  maxBatch: 100,
  maxPending: 10_000,
  maxConnections: 10_000,
  maxLiveConnections: 10_000,
  maxLiveQueueBytes: 2 ** 28,
  maxSubscriptions: 100_000,
}
/** How long answers may take to be written once their calls have ended. */
const WRITE_LIMIT_MS = 1000

const TOO_EAGER = problem(503, 'too many requests of this connection wait for their answers; take those first', {
  headers: { 'retry-after': '1' },
})
const HAS_CLOSED = problem(503, 'the gateway has been closed')
/** Of answers after which a connection is not kept. */
const LAST: Headers = { connection: 'close' }

/** What a gateway needs of a system beside what users see. */
interface GatewayableSystem extends Pick<System, 'onStopping'> {
  readonly core: Core
  /** Of a system that cannot be asked it is taken to run. */
  readonly state?: System['state']
}

/**
 * Opens a system to HTTP: what is mounted can be called from outside, anything else cannot.
 *
 * - **Errors**: TypeError for a wrong option, which it names.
 *
 * @example
 * ```ts
 * const gateway = createGateway(system, { authorise: (request) => request.headers.get('authorization') === `Bearer ${token}` })
 * gateway.mount('/rpc', jsonRpc({ group: 'web-services' }))
 * const { url } = await gateway.listen(8000)
 * ```
 */
export function createGateway(system: Pick<System, 'onStopping'>, options?: GatewayOptions): Gateway {
  const { core, state = 'running' } = (system ?? {}) as Partial<GatewayableSystem>
  if (core === undefined) throw new TypeError('createGateway(): the first argument is no system; give what createSystem() resolved to')
  if (state !== 'running') throw new Error(`createGateway(): the system is ${state}; make a new one with createSystem()`)
  return new HttpGateway(system as GatewayableSystem, parseOptions(gatewayOptions, options, 'createGateway()'))
}

/** What `createGateway` returns. */
class HttpGateway implements Gateway {
  readonly #core: Core
  readonly #options: GatewayOptions
  readonly #limits: Required<NonNullable<GatewayOptions['limits']>>
  readonly #mounts = new Mounts()
  readonly #desk: Desk
  readonly #reception: Reception
  readonly #servers = new Set<Server>()
  readonly #attendance = new Attendance()
  readonly #turns = new Turns()
  readonly #owing = new OwingConnections()
  readonly #sockets: Sockets
  /** Aborts when it begins to close. */
  readonly #closingSignal = new AbortController()
  readonly #forget: Disposable
  #closing: Promise<void> | null = null

  constructor(system: GatewayableSystem, options: GatewayOptions) {
    const { authorise, cors = [], hosts = [], challenge = 'Bearer', timeoutMs = DEFAULT_TIMEOUT_MS, limits } = options
    const { core } = system
    this.#core = core
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
    const [calls, held] = [new Allowance(this.#limits.maxPending), new Allowance(this.#limits.maxHeldBytes)]
    this.#desk = new Desk(core, { timeoutMs, calls })
    const common = { core, mounts: this.#mounts, rules: { cors, hosts }, authorise, live: createTotals({ calls, held }, this.#limits) }
    const { signal: closing } = this.#closingSignal
    this.#sockets = new Sockets({ ...common, owing: this.#owing })
    this.#reception = new Reception({ ...common, desk: this.#desk, challenge, closing, ...this.#limits })
    this.#forget = system.onStopping(() => this.close())
  }

  mount(path: string, ...protocols: readonly Protocol[]): void {
    const wrong = protocols.find((protocol) => typeof (protocol as Partial<GatewayProtocol> | null)?.answer !== 'function')
    if (protocols.length === 0 || wrong !== undefined) {
      throw new TypeError(`mount(${quote(path)}): ${quote(wrong)} is no protocol; give what jsonRpc(), xmlRpc(), rest() or live() returns`)
    }
    this.#mounts.add(path, protocols as readonly GatewayProtocol[])
  }

  async listen(at: number | ListenOptions): Promise<Listening> {
    if (at === undefined) throw new TypeError('listen(): give a port, or { port, host, insecure }')
    const { port, host = '127.0.0.1', insecure = false } = parseOptions(listenOptions, at, 'listen()')
    if (!isLocalHost(host) && this.#options.authorise === undefined && !insecure) {
      const advice = 'give createGateway() authorise, or listen() insecure: true if everybody who can connect may call'
      throw new Error(`listen(${host}:${port}): other machines can reach this address; ${advice}`)
    }
    if (this.#closing !== null) throw new Error('listen(): the gateway has been closed')
    const takesOffer = (req: IncomingMessage): boolean => this.#sockets.takes(req)
    const server = limitedServer(this.#limits.maxConnections, { answer: this.handler, takesOffer })
    server.on('upgrade', (req, socket, head) => {
      const offered = { req, socket, head }
      if (!this.#sockets.upgrade(offered)) serveUnupgraded(server, offered, this.#owing)
    })
    const listening = await listen(server, { port, host })
    server.on('error', (error) =>
      this.#core.world.log.warn(`gateway: the server at ${listening.url} could not take a connection`, { error }),
    )
    if (this.#closing !== null) {
      server.close()
      throw new Error('listen(): the gateway has been closed')
    }
    this.#servers.add(server)
    return listening
  }

  readonly fetch = async (request: Request, facts?: RequestFacts): Promise<Response> => {
    const address = facts?.remoteAddress
    const question = fetchQuestion(request, typeof address === 'string' && address !== '' ? address : undefined)
    const match = this.#mounts.match(question.path)
    return toResponse(match === undefined ? nothingAt(question.path) : await this.#answer(question, match))
  }

  readonly handler = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): void => {
    const question = nodeQuestion(req, res)
    if (this.#takes(question, res) || this.#takes(wholeQuestion(req, res), res)) return
    if (next !== undefined) next()
    else void writeAnswer(res, question === undefined ? problem(400, 'the target of the request is no path') : nothingAt(question.path))
  }

  readonly upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const offered = { req, socket, head }
    if (this.#sockets.upgrade(offered)) return true
    const path = pathOf(req.url ?? '')
    const server = path === undefined || this.#mounts.match(path) === undefined ? undefined : serverOf(socket)
    if (server !== undefined) serveUnupgraded(server, offered, this.#owing)
    return server !== undefined
  }

  close(options?: GatewayCloseOptions): Promise<void> {
    const { drainMs = DEFAULT_DRAIN_MS } = parseOptions(closeOptions, options, 'close()')
    this.#closing ??= this.#close(drainMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Whether something is mounted there: then it is answered. */
  #takes(question: Question | undefined, res: ServerResponse): boolean {
    const match = question === undefined ? undefined : this.#mounts.match(question.path)
    if (question === undefined || match === undefined) return false
    if (!this.#turns.begin(res, () => void this.#serve(question, match, res))) void writeAnswer(res, TOO_EAGER)
    return true
  }

  async #serve(question: Question, match: Match, res: ServerResponse): Promise<void> {
    try {
      await this.#answer(question, match, (answer) => writeAnswer(res, answer))
    } catch (error) {
      this.#core.world.log.error(`gateway: the answer to ${question.method} ${question.path} could not be written`, { error })
      res.destroy()
    }
  }

  /** Until `send` has ended the gateway is not quiet. */
  async #answer(question: Question, match: Match, send?: (answer: Answer) => Promise<void>): Promise<Answer> {
    const departure = this.#attendance.enter()
    question.onGone(() => departure.leave(new Error('whoever asked has gone')))
    try {
      const answer = this.#closing === null ? await this.#reception.answer(question, match, departure) : HAS_CLOSED
      await send?.(this.#closing === null ? answer : withHeaders(answer, LAST))
      return answer
    } finally {
      this.#attendance.exit(departure)
    }
  }

  async #close(drainMs: number): Promise<void> {
    this.#forget[Symbol.dispose]()
    for (const server of this.#servers) stopListening(server)
    this.#closingSignal.abort()
    const quiet = Promise.all([this.#quiet(), this.#sockets.leave()])
    if ((await within(this.#core, quiet, drainMs)) === 'late') {
      const reason = new Error('the gateway has been closed')
      this.#attendance.dismiss(reason)
      this.#desk.abort(reason)
      this.#sockets.close()
      await within(this.#core, quiet, WRITE_LIMIT_MS)
      this.#sockets.drop()
    }
    for (const server of this.#servers) server.closeAllConnections()
    this.#owing.drop()
  }

  /** Resolves when nothing is being answered and no call is pending. */
  async #quiet(): Promise<void> {
    await this.#attendance.quiet()
    await this.#desk.idle()
  }
}

function nothingAt(path: string): Answer {
  return problem(404, `there is nothing at ${path}: no mount has that path; a URL is that of a mount, a slash, and the name of a service`)
}
