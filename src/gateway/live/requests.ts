import { checkCallOptions, postFor } from '../../actors/facade/call-options.js'
import { factsOfTarget } from '../../actors/facade/facts.js'
import type { Target } from '../../actors/kernel/ports.js'
import type { CallOptions } from '../../actors/remote-type.js'
import { StreamReader } from '../../actors/streams/stream-reader.js'
import { endEarly } from '../../actors/turns/early-end.js'
import { type Route, requestToEnd, tell } from '../../actors/turns/sending.js'
import { RequestAborted, RequestDecodingError, ServiceUnavailable } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { ClientFrame } from '../../client/protocol/frames.js'
import { readRich } from '../../client/protocol/rich-reading.js'
import type { Properties } from '../authorising.js'
import { type Contracts, contractOf } from '../services.js'
import type { Acquaintances } from './acquaintances.js'
import { Credit } from './credit.js'
import type { Deed } from './deeds.js'
import type { Outbox } from './outbox.js'
import type { Outsider } from './outsider.js'
import type { Speech } from './speech.js'

type Asked = Extract<ClientFrame, { readonly method: string }>
type Kind = Asked['kind']

/** What requests of one client stand on. */
export interface RequestParts {
  readonly outsider: Outsider
  readonly known: Acquaintances
  readonly speech: Speech
  readonly outbox: Outbox
  readonly contracts: Contracts
  /** What methods find of this client, with what it says of itself in one request. */
  propertiesFor(given: Properties | undefined): Properties
}

/**
 * Calls a method for a client; the answer is said when it comes, then `done` is told.
 *
 * @throws ServiceFailure when the request cannot be made
 */
export function beginCall(parts: RequestParts, frame: Extract<Asked, { readonly kind: 'call' | 'offer' }>, done: () => void): Deed {
  const { speech, outsider } = parts
  const { id } = frame
  // Even one that fails at once has to be over later: whoever begins it keeps it first.
  const { call, answer } = requestToEnd(routeOf(parts, frame), argumentsOf(parts, frame))
  let isOver = false
  answer
    .then((value) => {
      if (!isOver) speech.sayValue(value, 'result', (written) => ({ kind: 'answer', id, value: written }))
    })
    .catch((error: unknown) => {
      if (!isOver) speech.fail(id, error)
    })
    .finally(done)
  return {
    owes: true,
    credit: () => undefined,
    end() {
      isOver = true
      endEarly(outsider.core, call, new RequestAborted({ details: `${call.label} was aborted by its caller` }))
    },
  }
}

/** Sends one way; what becomes of it is counted, not told. */
export function tellOnce(parts: RequestParts, frame: Extract<Asked, { readonly kind: 'tell' }>): void {
  tell(routeOf(parts, frame), argumentsOf(parts, frame))
}

/**
 * Reads a stream for a client, as far as the client has room and takes what it is sent.
 *
 * @throws ServiceFailure when the request cannot be made
 */
export function beginStream(parts: RequestParts, frame: Extract<Asked, { readonly kind: 'stream' }>, done: () => void): Deed {
  const reader = new StreamReader(routeOf(parts, frame), argumentsOf(parts, frame))
  const credit = new Credit(frame.credit)
  let isOver = false
  const pump = async (): Promise<void> => {
    const { speech, outbox } = parts
    const { id } = frame
    try {
      while (!isOver) {
        await credit.take()
        await outbox.room(credit)
        if (isOver) break
        const { done: ended, value } = await reader.next()
        if (isOver) break
        if (ended === true) return speech.say({ kind: 'end', id })
        speech.sayValue(value, 'item', (item) => ({ kind: 'item', id, item }))
      }
    } catch (error) {
      if (!isOver) speech.endWith(id, error)
    } finally {
      await reader.return()
    }
  }
  void pump().finally(done)
  return {
    owes: false,
    credit: (count) => credit.add(count),
    end() {
      isOver = true
      credit.end()
      parts.outbox.giveUp(credit)
      void reader.return()
    },
  }
}

function routeOf({ outsider, known, contracts, propertiesFor }: RequestParts, frame: Asked): Route {
  const { core, cell, life } = outsider
  const target = known.find(frame.to)
  if (target === undefined) throw new ServiceUnavailable({ details: `${frame.method}(): actor ${frame.to} is not offered here` })
  const options = optionsOf(frame, propertiesFor(frame.properties))
  const post = postFor(frame.kind, cell, frame.method, { options, untrusted: true })
  return { core, life, target, post, options, timeoutMs: limitOf(target, frame) ?? core.options.timeoutMs }

  function limitOf(of: Target, { method }: Asked): number | undefined {
    const spec = contractOf(of, factsOfTarget(core, of).name, contracts)
    return spec !== null && Object.hasOwn(spec.methods, method) ? spec.methods[method]?.timeoutMs : undefined
  }
}

const UNTIMED: ReadonlySet<Kind> = new Set(['tell'])

function optionsOf({ kind, timeoutMs, priority }: Asked, properties: Properties): CallOptions {
  const limit =
    timeoutMs === undefined || (timeoutMs === null && UNTIMED.has(kind)) ? {} : { timeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY }
  const options = { ...limit, ...(priority === undefined ? {} : { priority }), properties }
  try {
    return checkCallOptions(options, 'request')
  } catch (error) {
    throw new RequestDecodingError({ details: thrownText(error) })
  }
}

function argumentsOf({ speech }: RequestParts, { args }: Asked): readonly unknown[] {
  try {
    return readRich([...args], speech.handles, 'args') as readonly unknown[]
  } catch (error) {
    throw new RequestDecodingError({ details: thrownText(error) })
  }
}
