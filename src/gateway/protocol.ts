import { z } from 'zod'
import type { Contract, ContractSpec } from '../actors/contract.js'
import type { Core } from '../actors/kernel/core.js'
import { checked, optionObject } from '../actors/option-schema.js'
import { parseOptions } from '../actors/options.js'
import type { Logger } from '../base/world.js'
import type { Authorise } from './authorising.js'
import type { Caller, Desk } from './desk.js'
import type { Answer, Question } from './http/question.js'
import type { LiveTotals } from './limits/live-totals.js'
import { type Selection, selection } from './selection.js'
import type { Contracts, Service, Services } from './services.js'

/** A way to speak with services over HTTP, to be mounted: what `jsonRpc`, `xmlRpc` and `rest` return. */
export interface Protocol {
  readonly kind: string
}

/** What every protocol can be told. */
export interface ProtocolOptions {
  /**
   * Contracts of the services, by whose names they are found: for names of parameters and for descriptions. Needed only of services in other
   * processes, and of those on other threads that were not spawned from this one.
   */
  readonly contracts?: readonly Contract[]
  /** Asked after that of the gateway, and for this mount only. */
  readonly authorise?: Authorise
}

/** What a question is about. */
export interface Place {
  /** None: it is about all services of the mount. */
  readonly service: Service | undefined
  /** Where the URL names it. */
  readonly method?: string | undefined
}

/** A question that was let in, with all that is needed to answer it. */
export interface Visit extends Place {
  /** The path of the mount. */
  readonly mount: string
  readonly body: Uint8Array
  readonly caller: Caller
  readonly desk: Desk
  readonly services: Services
  readonly maxBatch: number
  readonly log: Logger
  readonly core: Core
  readonly question: Question
  /** What those who stay connected may take. */
  readonly live: LiveTotals
  /** Aborts when the gateway begins to close: what would go on for ever must end. */
  readonly closing: AbortSignal
}

/** Which services a protocol offers, and to whom. */
export interface Offer {
  readonly selection: Selection
  readonly contracts: Contracts
  readonly authorise: Authorise | undefined
}

/** A protocol as the gateway uses it. */
export interface GatewayProtocol extends Protocol, Offer {
  /** Media types of the bodies that are calls; `''` stands for none. */
  readonly mediaTypes: readonly string[]
  /** Answers GET. */
  readonly describes: boolean
  /** What a path below the mount is about, decoded or not; `undefined`: nothing that is there. */
  find(below: string, method: string, services: Services): Place | undefined
  answer(visit: Visit): Promise<Answer>
}

const contract = checked<Contract>('an array of contracts', (value) => (value as Contract | undefined)?.kind === 'contract')

export const protocolFields = {
  contracts: z.array(contract, 'an array of contracts').readonly(),
  authorise: checked<Authorise>('a function', (value) => typeof value === 'function'),
}

/** Of protocols that can be told nothing else. */
export const protocolOptions = optionObject<ProtocolOptions>(protocolFields)

const selected = optionObject<{ readonly selection: Selection }>({ selection }, ['selection'])

/**
 * What a protocol offers, of what it was told.
 *
 * @throws TypeError that begins with `action`
 */
export function readOffer(chosen: unknown, { contracts = [], authorise }: ProtocolOptions, action: string): Offer {
  return {
    selection: parseOptions(selected, { selection: chosen }, action).selection,
    contracts: new Map<string, ContractSpec>(contracts.map((one) => [one.name, one['~spec']])),
    authorise,
  }
}

/** Text of a path without its percent signs; `undefined` when it has none. */
export function decodePath(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** What a path names that ends with a service: the place of protocols that name the method in the body. */
export function findService(protocol: GatewayProtocol, below: string, services: Services): Place | undefined {
  const name = decodePath(below)
  const isOne = 'name' in protocol.selection || 'address' in protocol.selection
  if (name === undefined || (name !== '') === isOne) return undefined
  const service = services.find(protocol.selection, name, protocol.contracts)
  return service === undefined ? undefined : { service }
}
