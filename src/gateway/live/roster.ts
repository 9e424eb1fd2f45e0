import type { Core } from '../../actors/kernel/core.js'
import type { Target } from '../../actors/kernel/ports.js'
import type { Notice } from '../../actors/kernel/visibility.js'
import type { GatewayFrame, Offer } from '../../client/protocol/frames.js'
import type { Offering } from './offering.js'

/** Characters of one message of services: well below what one may have. */
const CHUNK_LENGTH = 2 ** 18

type Told = Extract<GatewayFrame, { readonly kind: 'services' }>

/** Somebody who is told of services. */
export type RosterReader = (text: string) => void

/**
 * The services that a mount offers, for all who are connected to it: each change is printed once. It follows the registry while somebody is
 * there.
 */
export class Roster {
  readonly #core: Core
  readonly #offering: Offering
  readonly #offers = new Map<string, Offer>()
  readonly #readers = new Set<RosterReader>()
  #stop: (() => void) | null = null

  constructor(core: Core, offering: Offering) {
    this.#core = core
    this.#offering = offering
  }

  /** Whether those who are connected have been told of it. */
  has(id: string): boolean {
    return this.#offers.has(id)
  }

  target(id: string): Target | undefined {
    return this.has(id) ? this.#core.directory.find({ id }) : undefined
  }

  /** Tells of what there is, and from then on of changes. Returns how to stop. */
  follow(reader: RosterReader): () => void {
    this.#stop ??= this.#core.directory.observe({ interest: {}, notify: (notice) => this.#heed(notice) })
    for (const text of snapshotOf([...this.#offers.values()])) reader(text)
    this.#readers.add(reader)
    return () => {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) this.#rest()
    }
  }

  #rest(): void {
    this.#stop?.()
    this.#stop = null
    this.#offers.clear()
  }

  #heed({ kind, status, facts, reason }: Notice): void {
    const { id } = facts
    const isGone = kind === 'service' && status === 'withdrawn'
    if (!isGone && this.#offering.includesFacts(facts)) {
      // A service that goes leaves its groups first: what is still in one group is told again only if it has changed.
      if (status === 'withdrawn' && reason !== undefined) return
      const offer = this.#offering.offerOf(facts, this.#core.directory.find({ id }))
      const before = this.#offers.get(id)
      this.#offers.set(id, offer)
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(offer))
        this.#tell({ kind: 'services', here: [offer], gone: [] })
    } else if (isGone || reason === undefined) this.#remove(id, reason ?? 'unreachable')
  }

  #remove(id: string, reason: string): void {
    if (this.#offers.delete(id)) this.#tell({ kind: 'services', here: [], gone: [[id, reason]] })
  }

  #tell(frame: Told): void {
    if (this.#readers.size === 0) return
    const text = JSON.stringify(frame)
    for (const reader of [...this.#readers]) reader(text)
  }
}

/** Services as messages, of which none is too long. */
function snapshotOf(offers: readonly Offer[]): readonly string[] {
  const texts: string[] = []
  let parts: string[] = []
  let length = 0
  const end = (): void => {
    texts.push(`{"kind":"services","here":[${parts.join(',')}],"gone":[]}`)
    parts = []
    length = 0
  }
  for (const offer of offers) {
    const text = JSON.stringify(offer)
    parts.push(text)
    length += text.length
    if (length > CHUNK_LENGTH) end()
  }
  if (parts.length > 0) end()
  return texts
}
