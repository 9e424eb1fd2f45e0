/**
 * How two processes come to trust each other. Both sides do the same at the same time:
 *
 *   state    │ event                  │ next     │ effects
 *   hello    │ hello that fits        │ answer   │ send answer
 *   hello    │ hello that does not    │ over     │ send answer (refused), refused
 *   hello    │ no hello               │ over     │ rubbish
 *   answer   │ open, or a good proof  │ asking   │ ask
 *   answer   │ bad or missing proof   │ over     │ send verdict, refused
 *   answer   │ refused                │ over     │ refused
 *   asking   │ welcome (of our side)  │ verdict  │ send verdict
 *   asking   │ refusal (of our side)  │ over     │ send verdict, refused
 *   asking   │ refused                │ over     │ refused
 *   verdict  │ welcome                │ over     │ done
 *   verdict  │ refused                │ over     │ refused
 *
 * A welcome may arrive while our side still asks. Nobody sends frames before both are welcome, so that they follow the verdict.
 */

import { joinedBytes } from '../../base/joined-bytes.js'
import type { TextBytes } from '../../base/world.js'
import {
  ANSWER_BYTES,
  type Proving,
  proofOf,
  readAnswer,
  readVerdict,
  type Side,
  VERDICT_BYTES,
  writeAnswer,
  writeVerdict,
} from './answer.js'
import type { Crypto } from './crypto-port.js'
import { groupHashOf, HELLO_BYTES, type Hello, NONCE_BYTES, type Role, readHello, type VersionRange, writeHello } from './hello.js'
import type { ProcessName } from './process-name.js'
import type { RefusalReason } from './refusal.js'

/** What a process brings to its handshakes. */
export interface HandshakeOptions {
  readonly crypto: Crypto
  readonly text: TextBytes
  readonly process: ProcessName
  readonly role: Role
  readonly group: string
  readonly versions: VersionRange
  /** The newest first; none: nothing is demanded. At most two. */
  readonly secrets: readonly string[]
}

/** What is known of the other side once it has proved who it is. */
export interface PeerHello {
  readonly process: ProcessName
  readonly role: Role
  /** The highest version that both speak. */
  readonly version: number
  /** It has proved that it knows the secret. */
  readonly isProven: boolean
  /** Of the side that connected: the same for both, and different for each link. */
  readonly linkNonce: Uint8Array
}

export type HandshakeEffect =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Whether this peer is welcome: `decide` says. */
  | { readonly kind: 'ask'; readonly peer: PeerHello }
  /** Frames may be sent; `rest` holds the first ones that have come. */
  | { readonly kind: 'done'; readonly peer: PeerHello; readonly rest: Uint8Array }
  /** The link is to be closed once what was sent has left. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly by: 'us' | 'them' }
  /** What arrived is no handshake: the link is to be closed at once. */
  | { readonly kind: 'rubbish' }

type State = 'hello' | 'answer' | 'asking' | 'verdict' | 'over'

const SIZES: Readonly<Record<State, number>> = {
  hello: HELLO_BYTES,
  answer: ANSWER_BYTES,
  asking: VERDICT_BYTES,
  verdict: VERDICT_BYTES,
  over: 0,
}
/** All that can come before our own verdict has been sent. */
const MOST_EARLY_BYTES = HELLO_BYTES + ANSWER_BYTES + VERDICT_BYTES
const NOTHING = new Uint8Array(0)

/**
 * One side of the handshake of one link: bytes in, effects out.
 *
 * - **Bounds**: reads three records of fixed size and keeps no more than they need; what comes behind the last is handed on.
 */
export class Handshake {
  readonly #options: HandshakeOptions
  readonly #side: Side
  readonly #ours: Hello
  readonly #oursBytes: Uint8Array
  #theirs: Hello | null = null
  #theirsBytes: Uint8Array = NOTHING
  #peer: PeerHello | null = null
  #state: State = 'hello'
  #early: Uint8Array = NOTHING

  constructor(side: Side, options: HandshakeOptions) {
    this.#side = side
    this.#options = options
    const { crypto, process, role, group, versions, secrets } = options
    const groupHash = groupHashOf(group, options)
    this.#ours = { process, role, versions, groupHash, nonce: crypto.randomBytes(NONCE_BYTES), demandsSecret: secrets.length > 0 }
    this.#oursBytes = writeHello(this.#ours)
  }

  /** What is sent first. */
  get hello(): Uint8Array {
    return this.#oursBytes
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  take(bytes: Uint8Array): readonly HandshakeEffect[] {
    if (this.#state === 'over') return []
    if (this.#state !== 'verdict' && this.#early.length + bytes.length > MOST_EARLY_BYTES) return this.#end({ kind: 'rubbish' })
    this.#early = joinedBytes([this.#early, bytes])
    return this.#goOn()
  }

  /** Whether the peer that was asked about is welcome. */
  decide(refusal: RefusalReason | undefined): readonly HandshakeEffect[] {
    if (this.#state !== 'asking') return []
    const verdict: HandshakeEffect = { kind: 'send', bytes: writeVerdict(refusal) }
    if (refusal !== undefined) return [verdict, ...this.#end({ kind: 'refused', reason: refusal, by: 'us' })]
    this.#state = 'verdict'
    return [verdict, ...this.#goOn()]
  }

  /** It has taken too long. */
  expire(): readonly HandshakeEffect[] {
    if (this.#state === 'over') return []
    return this.#state === 'verdict' ? this.#end({ kind: 'refused', reason: 'timeout', by: 'us' }) : this.#refuse('timeout')
  }

  #goOn(): readonly HandshakeEffect[] {
    const effects: HandshakeEffect[] = []
    for (;;) {
      const size = SIZES[this.#state]
      if (this.#early.length < size || this.#state === 'over' || this.#isEarlyWelcome()) return effects
      const record = this.#early.slice(0, size)
      this.#early = this.#early.slice(size)
      effects.push(...this.#record(record))
    }
  }

  /** It waits until our side has decided. */
  #isEarlyWelcome(): boolean {
    return this.#state === 'asking' && readVerdict(this.#early) === undefined
  }

  #record(record: Uint8Array): readonly HandshakeEffect[] {
    switch (this.#state) {
      case 'hello':
        return this.#takeHello(record)
      case 'answer':
        return this.#takeAnswer(record)
      default:
        return this.#takeVerdict(record)
    }
  }

  #takeHello(record: Uint8Array): readonly HandshakeEffect[] {
    const theirs = readHello(record)
    if (theirs === undefined) return this.#end({ kind: 'rubbish' })
    this.#theirs = theirs
    this.#theirsBytes = record
    const refusal = refusalOfHello(this.#ours, theirs)
    if (refusal !== undefined) return this.#refuse(refusal)
    this.#state = 'answer'
    const { crypto, secrets } = this.#options
    const proofs = secrets.map((secret) => proofOf(secret, this.#side, this.#proving))
    const answer = proofs.length === 0 ? ({ kind: 'open' } as const) : ({ kind: 'proofs', proofs } as const)
    return [{ kind: 'send', bytes: writeAnswer(answer, (count) => crypto.randomBytes(count)) }]
  }

  #takeAnswer(record: Uint8Array): readonly HandshakeEffect[] {
    const answer = readAnswer(record)
    if (answer === undefined) return this.#end({ kind: 'rubbish' })
    if (answer.kind === 'refused') return this.#end({ kind: 'refused', reason: answer.reason, by: 'them' })
    const isProven = answer.kind === 'proofs' && this.#isProof(answer.proofs)
    if (this.#ours.demandsSecret && !isProven) return this.#refuse('secret')
    const { process, role, versions, nonce } = this.#theirs as Hello
    const linkNonce = this.#side === 'connector' ? this.#ours.nonce : nonce
    this.#peer = { process, role, isProven, linkNonce, version: Math.min(versions.highest, this.#ours.versions.highest) }
    this.#state = 'asking'
    return [{ kind: 'ask', peer: this.#peer }]
  }

  #takeVerdict(record: Uint8Array): readonly HandshakeEffect[] {
    const refusal = readVerdict(record)
    if (refusal === null) return this.#end({ kind: 'rubbish' })
    if (refusal !== undefined) return this.#end({ kind: 'refused', reason: refusal, by: 'them' })
    return this.#end({ kind: 'done', peer: this.#peer as PeerHello, rest: this.#early })
  }

  /** Tells the other side in the record that it expects next. */
  #refuse(reason: RefusalReason): readonly HandshakeEffect[] {
    const refused = writeAnswer({ kind: 'refused', reason }, () => NOTHING)
    const bytes = this.#state === 'hello' ? refused : writeVerdict(reason)
    return [{ kind: 'send', bytes }, ...this.#end({ kind: 'refused', reason, by: 'us' })]
  }

  #end(effect: HandshakeEffect): readonly HandshakeEffect[] {
    this.#state = 'over'
    this.#early = NOTHING
    return [effect]
  }

  #isProof(proofs: readonly Uint8Array[]): boolean {
    const { crypto, secrets } = this.#options
    const side = this.#side === 'connector' ? 'acceptor' : 'connector'
    let good = false
    for (const secret of secrets) {
      const expected = proofOf(secret, side, this.#proving)
      for (const proof of proofs) good = crypto.isSame(proof, expected) || good
    }
    return good
  }

  get #proving(): Proving {
    const { crypto, text } = this.#options
    const [connector, acceptor] = this.#side === 'connector' ? [this.#oursBytes, this.#theirsBytes] : [this.#theirsBytes, this.#oursBytes]
    return { crypto, text, connector, acceptor }
  }
}

/** Why two processes cannot talk, as far as their hellos tell. */
function refusalOfHello(ours: Hello, theirs: Hello): RefusalReason | undefined {
  if (theirs.versions.highest < ours.versions.lowest || theirs.versions.lowest > ours.versions.highest) return 'version'
  if (ours.groupHash.some((byte, i) => byte !== theirs.groupHash[i])) return 'group'
  if (ours.process.id !== theirs.process.id) return undefined
  return ours.process.incarnation === theirs.process.incarnation ? 'self' : 'identity'
}
