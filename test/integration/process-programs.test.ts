import type { ChildProcess } from 'node:child_process'
import { expect, it } from 'vitest'
import { collectChildren } from './support/children.js'
import { Player0, programOf } from './support/random-program.js'
import { addsUp, faultsOf } from './support/sums.js'
import { startSystem } from './support/systems.js'

/** `TROUPE_SEED=7 npx vitest run --project integration test/integration/process-programs.test.ts` replays one, as far as processes can. */
const { TROUPE_SEED: given } = process.env
const SEEDS = given === undefined ? [1, 2, 3] : given.split(',').map(Number)

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

/** In place of thread 3 there are as many processes as there are players for it. */
const hostOf = (thread: number) => (thread === 3 ? ('process' as const) : { thread })

it.each(SEEDS)(
  'a random program with deaths of processes loses no message silently, and ends: seed %i',
  async (seed) => {
    const children = collectChildren()
    const killer = { at: (n: number) => ({ terminate: () => children.filter(isAlive).at(n)?.kill('SIGKILL') }) }
    const system = await startSystem({ threads: 2 })
    const player = new Player0(system, killer, hostOf)
    await player.run(programOf(seed))
    await Promise.all(player.waits)
    await addsUp(system)
    await system.stop()
    expect(faultsOf(system.stats()), `seed ${seed}, stopped`).toEqual([])
    expect(children.filter(isAlive)).toEqual([])
  },
  60_000,
)
