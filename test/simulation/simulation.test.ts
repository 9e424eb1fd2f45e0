import { describe, expect, it } from 'vitest'
import { Play } from './play.js'
import { CAST } from './players.js'
import { seedsOf } from './seeds.js'

/** As many as one test plays. */
const AT_A_TIME = 50
/** Far more than they take, on a machine that does much else. */
const LIMIT_MS = 120_000

const { first, count, isReplay } = seedsOf(process.env)
const batches = Array.from({ length: Math.ceil(count / AT_A_TIME) }, (_, i): readonly [number, number] => {
  const from = first + i * AT_A_TIME
  return [from, Math.min(from + AT_A_TIME, first + count) - 1]
})

describe('a random system under virtual time', () => {
  it.each(batches)(
    'keeps order, ends every promise once, loses and leaves nothing, and knows who lives, whatever fails (seeds %i to %i)',
    async (from, to) => {
      for (let seed = from; seed <= to; seed++) expect(await faultsOf(seed), replayOf(seed)).toEqual([])
    },
    LIMIT_MS,
  )

  it('goes the same way each time that a seed is played', async () => {
    const [once, again] = [await logOf(11), await logOf(11)]
    expect(once.length).toBeGreaterThan(100)
    expect(again).toEqual(once)
  })
})

function replayOf(seed: number): string {
  return `seed ${seed}; to see all that happens: TROUPE_SIM_SEED=${seed} npx vitest run --project unit test/simulation`
}

/** What should not have been. */
async function faultsOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = []
  const play = new Play({ seed, cast: CAST, log: isReplay ? (line) => lines.push(line) : undefined })
  const unhandled = (error: unknown): void => play.simulation.fault(`a promise was rejected and nobody hears it: ${String(error)}`)
  process.on('unhandledRejection', unhandled)
  try {
    await play.run()
  } finally {
    process.off('unhandledRejection', unhandled)
    if (isReplay) console.info(lines.join('\n'))
  }
  return play.simulation.faults
}

async function logOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = []
  await new Play({ seed, cast: CAST, log: (line) => lines.push(line) }).run()
  return lines
}
