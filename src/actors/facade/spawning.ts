import type { LightSpawnOptions, SpawnOptions } from '../actor-options.js'
import { type DefinitionRecord, definitionRecord } from '../definition.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import { lightSpawnOptions, parseOptions, spawnOptions } from '../options.js'
import { bear, bearLight } from '../turns/birth.js'
import { deadSelf } from '../turns/failing.js'
import { createRemote } from './remote.js'

/** Spawns what a definition defines: a light actor at once, everything else as a promise. */
export function spawn(core: Core, life: Life, definition: unknown, options: unknown, defaultHost: 'auto' | 'inline'): object {
  if (life.dead || life.cell.state === 'stopping') throw deadSelf(life.cell)
  const record = definitionRecord(definition, 'spawn()')
  if (record.light) return spawnLight(core, life, record, options)
  return spawnNamed(core, life, record, options, defaultHost)
}

function spawnLight(core: Core, life: Life, definition: DefinitionRecord, options: unknown): object {
  const checked: LightSpawnOptions =
    options === undefined
      ? NO_OPTIONS
      : isInitOnly(options)
        ? options
        : parseOptions(lightSpawnOptions, options, 'spawn() of a light actor')
  const target = bearLight(core, definition, checked, life.cell)
  return createRemote({ core, life, target, contract: null, options: null })
}

const NO_OPTIONS: LightSpawnOptions = {}

/** The common case, which a million light actors take. */
function isInitOnly(options: unknown): options is { readonly init?: unknown } {
  if (typeof options !== 'object' || options === null) return false
  for (const key in options) if (key !== 'init') return false
  return true
}

async function spawnNamed(
  core: Core,
  life: Life,
  definition: DefinitionRecord,
  options: unknown,
  defaultHost: 'auto' | 'inline',
): Promise<object> {
  const action = `spawn() of ${definition.kind} "${definition.name}"`
  const checked = parseOptions(spawnOptions, options, action)
  const target = await placed(core, life, definition, checked, defaultHost)
  return createRemote({ core, life, target, contract: definition.contract?.['~spec'] ?? null, options: null })
}

async function placed(
  core: Core,
  life: Life,
  definition: DefinitionRecord,
  options: SpawnOptions,
  defaultHost: 'auto' | 'inline',
): Promise<Target> {
  const host = options.host ?? definition.options.host ?? defaultHost
  if (host === 'inline') return await bear(core, definition, options, { parent: life.cell })
  return await core.spawner.spawn({
    definition,
    options: { ...options, host },
    parent: life.cell,
    registered: definition.kind === 'service',
  })
}
