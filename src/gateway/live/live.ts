import { z } from 'zod'
import type { Core } from '../../actors/kernel/core.js'
import { between, oneOf, optionObject, whole } from '../../actors/option-schema.js'
import { parseOptions } from '../../actors/options.js'
import type { Answer } from '../http/question.js'
import { Allowance } from '../limits/allowance.js'
import {
  findService,
  type GatewayProtocol,
  type Place,
  type Protocol,
  type ProtocolOptions,
  protocolFields,
  readOffer,
  type Visit,
} from '../protocol.js'
import { isSingle, type Selection } from '../selection.js'
import type { Services } from '../services.js'
import { answerEvents } from './events/answer.js'
import { EventSessions } from './events/event-sessions.js'
import { LiveHost } from './live-host.js'

/** What clients of a mount of `live()` may take. */
export interface LiveLimits {
  /** Calls, streams, subscriptions and watches of one connection at a time; 1000 by default. */
  readonly maxOpen?: number
  /** Bytes that may wait for one client to take them; beyond it the connection is closed. 8 MiB by default. */
  readonly maxQueueBytes?: number
  /** Connections of the mount at a time, and sessions of server-sent events, together; 10 000 by default. */
  readonly maxConnections?: number
}

/** How services are offered to those who stay connected. */
export interface LiveOptions extends ProtocolOptions {
  /**
   * Names of properties that a client may give and that then reach methods. By default all where nobody is asked who it is, and none where an
   * `authorise` answers for that. What `authorise` answers goes before.
   */
  readonly properties?: readonly string[]
  /**
   * What becomes of reports that a client does not take fast enough: `'drop'`, the default, lets them wait in its subscriptions, which drop as
   * their `overflow` says and tell what was missed; `'close'` sends on until `maxQueueBytes` wait, and then closes the connection.
   */
  readonly slow?: 'drop' | 'close'
  /** Every how many milliseconds both sides show that they are there; 15 000 by default. Who is silent for two beats is gone. */
  readonly beatMs?: number
  /** How long what server-sent events missed is kept for a client that has gone, in milliseconds; 30 000 by default. */
  readonly resumeMs?: number
  readonly limits?: LiveLimits
}

const MOST = 1_000_000

const liveOptions = optionObject<LiveOptions>({
  ...protocolFields,
  properties: z.array(z.string(), 'an array of names').readonly(),
  slow: oneOf('drop', 'close'),
  beatMs: whole(100, 3_600_000),
  resumeMs: between(0, 3_600_000),
  limits: optionObject<LiveLimits>({
    maxOpen: whole(1, MOST),
    maxQueueBytes: whole(2 ** 16, 2 ** 30),
    maxConnections: whole(1, MOST),
  }),
})

const DEFAULT_LIMITS = { maxOpen: 1000, maxQueueBytes: 8 * 2 ** 20, maxConnections: 10_000 }
/** Of what may wait for a client, so much before reports are held back. */
const HELD_BACK_SHARE = 1 / 8

/** `live()` as the gateway uses it. */
export interface LiveProtocol extends GatewayProtocol {
  readonly kind: 'live'
  /** How many there may be. */
  readonly clients: Allowance
  /** Names that reach methods; `undefined`: as `authorise` is there or not. */
  readonly properties: readonly string[] | undefined
  /** The mount in one system. */
  hostOf(core: Core): LiveHost
}

export function isLive(protocol: Protocol): protocol is LiveProtocol {
  return protocol.kind === 'live'
}

/**
 * Services for those who stay connected: over WebSockets all that a system can do, for `createClient` of `troupe/client`; and as server-sent events
 * the reports of a service, `GET mount/service?pattern=load`, and announcements, `GET mount`.
 *
 * - **Ownership**: all that a client has asked for ends with its connection.
 * - **Back-pressure**: publishers are never held up; see `slow`.
 * - **Errors**: TypeError for a wrong selection or option.
 *
 * @example
 * ```ts
 * gateway.mount('/live', live({ group: 'web-services' }))
 * ```
 */
export function live(selection: Selection, options?: LiveOptions): Protocol {
  const given = parseOptions(liveOptions, options, 'live()')
  const { properties, slow = 'drop', beatMs = 15_000, resumeMs = 30_000 } = given
  const limits = { ...DEFAULT_LIMITS, ...given.limits }
  const { maxOpen, maxQueueBytes, maxConnections } = limits
  const offer = readOffer(selection, given, 'live()')
  const settings = {
    ...offer,
    limits: { maxOpen, maxBytes: maxQueueBytes, heldBackBytes: maxQueueBytes * HELD_BACK_SHARE },
    beatMs,
    holdsBack: slow === 'drop',
  }
  const hosts = new WeakMap<Core, LiveHost>()
  const clients = new Allowance(maxConnections)
  const sessions = new WeakMap<AbortSignal, EventSessions>()
  const sessionsOf = ({ core, live: { clients: all, bytes }, closing }: Visit): EventSessions => {
    const known = sessions.get(closing) ?? new EventSessions({ core, closing, beatMs, resumeMs, clients: [clients, all], bytes })
    sessions.set(closing, known)
    return known
  }
  const protocol: LiveProtocol = {
    kind: 'live',
    ...offer,
    mediaTypes: [],
    describes: true,
    clients,
    properties,
    hostOf(core) {
      const host = hosts.get(core) ?? new LiveHost(core, settings)
      hosts.set(core, host)
      return host
    },
    find: (below, _method, services) => find(protocol, below, services),
    answer: (visit: Visit): Promise<Answer> => answerEvents(visit, protocol.hostOf(visit.core), sessionsOf(visit)),
  }
  return protocol
}

/** The mount itself, where it is not that of one service, is about all of them. */
function find(protocol: GatewayProtocol, below: string, services: Services): Place | undefined {
  if (below === '' && !isSingle(protocol.selection)) return { service: undefined }
  return findService(protocol, below, services)
}
