import { decideSelection } from '../../actors/finding/selection.js'
import type { CallOptions, Told } from '../../actors/remote-type.js'
import { RequestEncodingError, RequestTimeout } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { ClientFrame } from '../protocol/frames.js'
import { writeRich } from '../protocol/rich-writing.js'
import type { Known, Mirror } from '../services/mirror.js'
import type { Caller, Manner, RemoteParts } from '../services/remote.js'
import { printWanted, type Searches } from '../services/search.js'
import { type CallParts, makeCall } from './calls.js'
import { streamOf } from './streams.js'

/** Bytes that may wait to leave before what nobody waits for is dropped. */
const MAX_BUFFERED_BYTES = 2 ** 20

/** What sends stand on. */
export interface OutgoingParts extends CallParts {
  readonly mirror: Mirror
  readonly searches: Searches
  readonly timeoutMs: number
  bufferedBytes(): number
}

type Args = readonly unknown[]
type Asked = Pick<Extract<ClientFrame, { readonly kind: 'tell' }>, 'method' | 'args' | 'priority' | 'properties'>

/** Sends what Remotes are asked for. */
export class Outgoing implements Caller {
  readonly #parts: OutgoingParts
  #turn = 0

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  send(remote: RemoteParts, manner: Manner, method: string, args: Args): unknown {
    if (manner === 'stream') return this.#stream(remote, method, args)
    return manner === 'tell' ? this.#tell(remote, method, args) : this.#call(remote, manner, method, args)
  }

  /** One that is there now; of several the one that `select` says. */
  pick({ known, wanted, select }: Pick<RemoteParts, 'known' | 'wanted' | 'select'>): Known | undefined {
    if (known !== null) return known
    if (select === 'first') return this.#parts.mirror.find(wanted)
    const fitting = this.#parts.mirror.all(wanted)
    const candidates = fitting.map(({ binding }) => binding)
    const random = { next: () => this.#parts.platform.random() }
    return fitting[decideSelection(select, candidates, this.#turn++, random)]
  }

  async #call(remote: RemoteParts, kind: 'call' | 'offer', method: string, args: Args): Promise<unknown> {
    const asked = this.#asked(remote, method, args)
    const { now } = this.#parts.platform
    const begunMs = now()
    const there = this.pick(remote)
    const deadlineMs = this.#timeoutOf(remote, there, method)
    const target = there ?? (await this.#find(remote, method, deadlineMs))
    const timeoutMs = Math.max(1, deadlineMs - (now() - begunMs))
    return await makeCall(this.#parts, {
      label: labelOf(target, method),
      timeoutMs,
      signal: remote.options?.signal,
      frame: (id, leftMs) => ({ kind, id, to: target.offer.id, ...asked, timeoutMs: onWire(leftMs) }),
    })
  }

  /** Encoded when it is called; the request leaves, and picks, when somebody reads. */
  #stream(remote: RemoteParts, method: string, args: Args): AsyncIterable<unknown> {
    let asked: Asked | Error
    try {
      asked = this.#asked(remote, method, args)
    } catch (error) {
      asked = error as Error
    }
    const limitMs = this.#timeoutOf(remote, this.pick(remote), method)
    return streamOf(this.#parts, {
      label: remote.known === null ? `${printWanted(remote.wanted)}.${method}()` : labelOf(remote.known, method),
      limitMs,
      signal: remote.options?.signal,
      late: (label) => new RequestTimeout({ details: `${label} gave no item within ${Math.round(limitMs)} ms`, delivered: 'maybe' }),
      find: () => this.pick(remote) ?? this.#find(remote, method, limitMs),
      frame: (id, target, credit) => {
        if (asked instanceof Error) throw asked
        return { kind: 'stream', id, credit, to: target.offer.id, ...asked, timeoutMs: onWire(limitMs) }
      },
    })
  }

  #tell(remote: RemoteParts, method: string, args: Args): Told {
    const asked = this.#asked(remote, method, args)
    const { conversations } = this.#parts
    const target = this.pick(remote)
    if (target === undefined || !conversations.isActive) return 'unavailable'
    const limitMs = remote.options?.timeoutMs
    const timeoutMs = limitMs === undefined ? {} : { timeoutMs: onWire(limitMs) }
    const frame: ClientFrame = { kind: 'tell', to: target.offer.id, ...asked, ...timeoutMs }
    const tooLarge = conversations.tooLarge(frame)
    if (tooLarge !== undefined) throw tooLarge
    if (remote.options?.signal?.aborted === true || this.#parts.bufferedBytes() > MAX_BUFFERED_BYTES) return 'dropped'
    conversations.send(frame)
    return 'accepted'
  }

  #find({ wanted, options, select, known }: RemoteParts, method: string, timeoutMs: number): Promise<Known> {
    const action = `client of ${printWanted(wanted)}, ${method}()`
    return this.#parts.searches.find({
      wanted,
      timeoutMs,
      action,
      signal: options?.signal,
      pick: () => this.pick({ known, wanted, select }),
    })
  }

  #asked({ options }: RemoteParts, method: string, args: Args): Asked {
    const { priority, properties }: CallOptions = options ?? {}
    return {
      method,
      args: args.map((arg, at) => this.#encode(arg, `args[${at}]`)),
      ...(priority === undefined ? {} : { priority }),
      ...(properties === undefined ? {} : { properties }),
    }
  }

  #encode(value: unknown, path: string): unknown {
    try {
      return writeRich(value, this.#parts.handles, path)
    } catch (error) {
      throw new RequestEncodingError({ details: thrownText(error) })
    }
  }

  /** That of the call, of the contract, of the service as the gateway tells it, of the client. */
  #timeoutOf({ options, spec }: RemoteParts, target: Known | undefined, method: string): number {
    const timeouts = target?.offer.timeouts ?? {}
    const told = Object.hasOwn(timeouts, method) ? (timeouts[method] ?? Number.POSITIVE_INFINITY) : undefined
    return options?.timeoutMs ?? spec?.methods[method]?.timeoutMs ?? told ?? this.#parts.timeoutMs
  }
}

function labelOf({ binding }: Known, method: string): string {
  return `${binding.name === '' ? `actor ${binding.id}` : binding.name}.${method}()`
}

/** JSON has no infinity. */
function onWire(timeoutMs: number): number | null {
  return timeoutMs === Number.POSITIVE_INFINITY ? null : timeoutMs
}
