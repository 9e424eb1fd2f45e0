import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import type { Random } from '../../src/base/world.js'
import { ARRANGEMENTS } from './arrangement-table.js'
import { type Arranged, arrange } from './arrangements.js'
import { until } from './exchange-net.js'

const SEEDS = [1, 2, 3]
const CUTS = 12

/** Cuts all links of one process, or those between two, again and again; the next cut may come before anybody has heard of the last. */
async function cutLinks({ net, names }: Arranged, random: Random): Promise<void> {
  const pick = (): string => names[Math.floor(random.next() * names.length)] as string
  for (let i = 0; i < CUTS; i++) {
    if (random.next() < 0.5) net.network.cut(pick())
    else net.network.cut(pick(), pick())
    if (random.next() < 0.5) await net.quiet()
  }
}

/** Who does not see whom once. */
function unseen({ names, system }: Arranged): readonly string[] {
  const of = (one: string): readonly string[] =>
    names.filter((other) => other !== one && system(one).lookupAll({ name: other }).length !== 1)
  return names.flatMap((one) => of(one).map((other) => `${one}: ${other}`))
}

describe.each(ARRANGEMENTS)('%s', (_, arrangement) => {
  it.each(SEEDS)('is whole again after links were cut, and who is lost then is soon seen by nobody: seed %i', async (seed) => {
    const all = await arrange(arrangement)
    const { names, process, system } = all
    await cutLinks(all, seededRandom(seed))
    await until(() => unseen(all).length === 0)
    for (const lost of names) {
      await Promise.all(process(lost).exchanges.map((exchange) => exchange.close()))
      await until(() => names.every((one) => one === lost || system(one).tryLookup(lost) === undefined))
    }
    for (const name of names)
      expect(
        system(name)
          .lookupAll({})
          .filter(({ location }) => location === 'remote'),
      ).toEqual([])
  })
})
