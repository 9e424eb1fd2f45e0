import type { World } from '../base/world.js'
import { ByteReader } from '../codec/byte-reader.js'
import { ByteWriter } from '../codec/byte-writer.js'
import type { ValueContext } from '../codec/context.js'
import { copyValue } from '../codec/copy.js'
import { readValue } from '../codec/decode.js'
import { writeValue } from '../codec/encode.js'
import type { DefinitionRecord } from './definition.js'
import { remoteReferences } from './facade/references.js'
import { RequestView } from './facade/request-view.js'
import { Self } from './facade/self.js'
import type { CellSpec } from './kernel/cell.js'
import { Core, type CoreHooks, type CoreOptions } from './kernel/core.js'
import { DEFAULT_MAILBOX, DEFAULT_SUPERVISION } from './options.js'
import { expire } from './turns/early-end.js'
import { overdue } from './turns/life.js'
import { takeTurn } from './turns/turn.js'

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
  concurrency: 1,
  guards: null,
})

/** The actors of one thread, ready for its ports to be put in. */
export function createCore(world: World, options: CoreOptions): Core {
  const core: Core = new Core(world, options, { ...ROOT_SPEC, streams: null }, hooks(world, options))
  core.useReferences(remoteReferences(core))
  return core
}

function hooks(world: World, options: CoreOptions): CoreHooks {
  return {
    turn: takeTurn,
    expired: expire,
    overdue,
    makeView: (core, cell, envelope) => new RequestView(core, cell, envelope),
    makeSelf: (core, life) => new Self(core, life),
    copy: options.strict ? (value, context, path) => throughBytes(world, value, context, path) : copyValue,
  }
}

function throughBytes(world: World, value: unknown, context: ValueContext, path: string): unknown {
  const writer = new ByteWriter(world.text)
  writeValue(writer, value, context, path)
  return readValue(new ByteReader(world.text, writer.take()), context)
}
