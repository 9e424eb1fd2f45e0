import type { Scheduler } from '../../base/world.js'
import type { LogDigest } from '../catalogue/logs/digest.js'
import type { ActiveLink } from '../peers/connections.js'
import type { ControlValue } from '../protocol/control-frames.js'
import type { Role } from '../protocol/hello.js'
import type { ProcessIds } from '../protocol/process-ids.js'
import type { Behind } from '../routes/link-state.js'
import { ControlExit } from './control-exit.js'
import type { Speaker } from './gate.js'
import { UpdateJoin } from './list-parts.js'
import { MailExit } from './mail-exit.js'

/** Of one update. */
const MOST_RECORDS = 1_000_000
/** That one process tells of. */
const MOST_LOGS = 100_000
const NOBODY: ReadonlySet<string> = new Set()

/** The process at the other end of a link, and what has been said over it. */
export class Neighbor implements Speaker {
  readonly link: ActiveLink
  readonly id: string
  readonly role: Role
  readonly mayBridge: boolean
  fronts = NOBODY
  /** Whether it has been said that it says what it may not. */
  isKnownToLie = false
  /** Its link is being ended for what it has said: it is not listened to any more. */
  isHungUpOn = false
  readonly mail: MailExit
  readonly tell: ControlExit
  readonly update = new UpdateJoin(MOST_RECORDS)
  /** Of a server, as a client knows it. */
  behind: readonly Behind[] = []
  #digests: LogDigest[] = []

  constructor(link: ActiveLink, world: { readonly ids: ProcessIds; readonly scheduler: Pick<Scheduler, 'microtask'> }) {
    this.link = link
    this.id = link.peer.process.id
    this.role = link.peer.role
    this.mayBridge = link.mayBridge
    this.mail = new MailExit(link.session, world)
    this.tell = new ControlExit(link.session)
  }

  /**
   * All digests of it once the last have come, before that `undefined`.
   *
   * @throws RangeError for too many
   */
  digests({ logs, more }: ControlValue<'digests'>): readonly LogDigest[] | undefined {
    const digests = [...this.#digests, ...logs]
    if (digests.length > MOST_LOGS) throw new RangeError(`it has more than ${MOST_LOGS} logs`)
    this.#digests = more ? digests : []
    return more ? undefined : digests
  }
}
