import { type DefinitionRecord, definitionsOf, findDefinition } from '../../actors/definition.js'
import { factsOfCell } from '../../actors/facade/facts.js'
import { within } from '../../actors/kernel/alarm.js'
import type { Cell } from '../../actors/kernel/cell.js'
import { bear } from '../../actors/turns/birth.js'
import { sendableError } from '../../actors/turns/failing.js'
import { stopCell } from '../../actors/turns/stopping.js'
import { watchTarget } from '../../actors/turns/watching.js'
import { ServiceUnavailable } from '../../base/failures.js'
import type { ActorId } from '../../base/ids.js'
import { moveOn } from '../../codec/moving/marks.js'
import type { Connection } from './connection.js'
import { moving, type SpawnMessage, type SpawnReply, type ThreadControl } from './control.js'
import { failedToLoad, loadedTooLong, notFound } from './load-failures.js'
import { loadModule } from './loader.js'
import { movablesIn, pack, unpack } from './parcels.js'
import type { SharedCounts } from './shared-counts.js'
import type { ThreadRuntime } from './thread-runtime.js'

/** How long a module may take to load on a thread that runs. */
const LOAD_LIMIT_MS = 10_000

export interface ThreadServiceParts {
  readonly runtime: ThreadRuntime
  readonly counts: SharedCounts
  /** The way to who asks. */
  readonly connection: () => Connection
  /** Told when an actor that was asked for has ended, or did not start. */
  readonly vacated: () => void
}

/** What a thread does for another: starts and stops actors. */
export function threadService({ runtime, counts, connection, vacated }: ThreadServiceParts): ThreadControl {
  const { core } = runtime
  return {
    async spawn(message: SpawnMessage): Promise<SpawnReply> {
      try {
        const cell = await startFor(runtime, message, connection())
        countPlaced(runtime, counts, cell)
        watchTarget(core, cell, vacated)
        core.showHold()
        return { ok: true, facts: factsOfCell(core, cell), version: runtime.router.version }
      } catch (error) {
        vacated()
        const parcel = pack({ core, apart: connection().apart }, sendableError(core, error), 'error')
        return moving({ ok: false, error: parcel }, movablesIn(parcel))
      }
    },
    async stop(number: number, drainMs: number, frames: number): Promise<number> {
      await connection().inbound.taken(frames)
      const cell = core.cells.get(number)
      if (cell !== undefined) await stopCell(core, cell, drainMs > 0 ? 'drained' : 'stopped', { drainMs })
      return runtime.router.version
    },
    async giveUp(id: ActorId): Promise<void> {
      const far = core.knownFar(id)
      if (far !== undefined) await runtime.stop(far, 0)
    },
  }
}

async function startFor(runtime: ThreadRuntime, message: SpawnMessage, connection: Connection): Promise<Cell> {
  const { core } = runtime
  const definition = await loadDefinition(runtime, message)
  if (runtime.isShut) throw new ServiceUnavailable({ details: `spawn of "${definition.name}": the system is stopping` })
  const init = message.init === undefined ? undefined : unpack(core, message.init)
  moveOn(init)
  // Nobody is left to stop what has not started when its parent's thread ends.
  const options = { ...message.options, ...(init === undefined ? {} : { init }), signal: connection.signal }
  const supervisor = message.supervised ? connection.peer.thread : null
  const cell = await bear(core, definition, options, { parent: core.root, registered: message.registered, id: message.id, supervisor })
  if (message.publishesAs !== undefined) cell.publishesAs = core.far(message.publishesAs)
  connection.hosted.add(cell)
  watchTarget(core, cell, () => connection.hosted.delete(cell))
  return cell
}

/** Where an actor was placed it is counted until it ends. */
export function countPlaced(runtime: ThreadRuntime, counts: SharedCounts, cell: Cell): void {
  Atomics.add(counts.placed, runtime.core.slot, 1)
  watchTarget(runtime.core, cell, () => Atomics.sub(counts.placed, runtime.core.slot, 1))
}

/** @throws Error when the module does not load in time, or does not make the definition when it loads */
async function loadDefinition({ core }: ThreadRuntime, { key, moduleUrl }: SpawnMessage): Promise<DefinitionRecord> {
  const known = findDefinition(key)
  if (known !== undefined) return known
  const loading = loadModule(moduleUrl).catch((error: unknown) => {
    throw failedToLoad(core.slot, moduleUrl, error)
  })
  const loaded = await within(core, loading, LOAD_LIMIT_MS)
  if (loaded === 'late') throw loadedTooLong(core.slot, moduleUrl, LOAD_LIMIT_MS)
  const definition = findDefinition(key)
  if (definition !== undefined) return definition
  throw new Error(`thread ${core.slot} loaded ${moduleUrl} and ${notFound(key, definitionsOf(moduleUrl))}`)
}
