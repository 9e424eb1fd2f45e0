import type { Core } from '../../actors/kernel/core.js'
import type { Selection } from '../selection.js'
import type { Contracts } from '../services.js'
import { Offering } from './offering.js'
import type { OutboxLimits } from './outbox.js'
import { ReportTexts } from './report-texts.js'
import { Roster } from './roster.js'

/** What one client may take. */
export interface ConnectionLimits extends OutboxLimits {
  /** Calls, streams, subscriptions and watches at a time. */
  readonly maxOpen: number
}

/** How a mount treats its clients. */
export interface HostSettings {
  readonly selection: Selection
  readonly contracts: Contracts
  readonly limits: ConnectionLimits
  readonly beatMs: number
  readonly holdsBack: boolean
}

/** A mount in one system: what all of its connections have in common. */
export class LiveHost {
  readonly core: Core
  readonly offering: Offering
  readonly roster: Roster
  readonly texts = new ReportTexts()
  readonly contracts: Contracts
  readonly limits: ConnectionLimits
  readonly beatMs: number
  readonly holdsBack: boolean

  constructor(core: Core, { selection, contracts, limits, beatMs, holdsBack }: HostSettings) {
    this.core = core
    this.contracts = contracts
    this.limits = limits
    this.beatMs = beatMs
    this.holdsBack = holdsBack
    this.offering = new Offering(core, selection, contracts)
    this.roster = new Roster(core, this.offering)
  }
}
