import type { World } from '../base/world.js'
import type { DefinitionRecord } from './definition.js'
import { remoteReferences } from './facade/references.js'
import { RequestView } from './facade/request-view.js'
import { Self } from './facade/self.js'
import type { CellSpec } from './kernel/cell.js'
import { Core, type CoreHooks } from './kernel/core.js'
import type { CoreOptions } from './kernel/core-options.js'
import { DEFAULT_MAILBOX, DEFAULT_SUPERVISION } from './options.js'
import { expire } from './turns/early-end.js'
import { overdue } from './turns/life.js'
import { takeTurn } from './turns/turn.js'
import { ownCopy } from './values/copying.js'

const ROOT: DefinitionRecord = Object.freeze({
  kind: 'actor',
  light: true,
  key: undefined,
  moduleUrl: undefined,
  name: '',
  contract: undefined,
  options: {},
  setup: undefined,
  run: undefined,
})

/** The system's own actor: nameless, hidden, parent of what the system spawns. */
const ROOT_SPEC: Omit<CellSpec, 'streams'> = Object.freeze({
  definition: ROOT,
  name: '',
  audience: '*',
  groups: [],
  mailbox: DEFAULT_MAILBOX,
  supervision: DEFAULT_SUPERVISION,
  copies: true,
  registered: false,
  visible: false,
  // What a program listens to through its system holds up nothing else that it listens to.
  concurrency: Number.POSITIVE_INFINITY,
  guards: null,
})

const HOOKS: CoreHooks = {
  turn: takeTurn,
  expired: expire,
  overdue,
  makeView: (core, cell, envelope) => new RequestView(core, cell, envelope),
  makeSelf: (core, life) => new Self(core, life),
  copy: ownCopy,
}

/** The actors of one thread, ready for its ports to be put in. */
export function createCore(world: World, options: CoreOptions): Core {
  const core: Core = new Core(world, options, { ...ROOT_SPEC, streams: null }, HOOKS)
  core.useReferences(remoteReferences(core))
  return core
}
