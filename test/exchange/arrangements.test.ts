import { describe, expect, it } from 'vitest'
import { ARRANGEMENTS } from './arrangement-table.js'
import { arrange, type EchoRemote, untilSeen } from './arrangements.js'

const gone = (name: string): string => `withdrawn ${name} unreachable`

/** What was told of one service: `a` for available, `w` for withdrawn. */
function statesOf(told: readonly string[], name: string): string {
  return told
    .filter((line) => line.split(' ')[1] === name)
    .map((line) => line[0])
    .join('')
}

describe.each(ARRANGEMENTS)('%s', (_, arrangement) => {
  it('shows each process each service once, and once that it has gone', async () => {
    const all = await arrange(arrangement)
    const { names, told, services, process } = all
    for (const name of names)
      expect([...told(name)].sort()).toEqual(
        names
          .filter((one) => one !== name)
          .map((one) => `available ${one}`)
          .sort(),
      )
    for (const name of names) {
      const before = new Map(names.map((one) => [one, told(one).length]))
      await services.get(name)?.$.stop()
      await untilSeen(all, name, false)
      for (const one of names)
        if (one !== name) expect([one, ...told(one).slice(before.get(one))]).toEqual([one, `withdrawn ${name} stopped`])
    }
    expect(process(names[0] as string).system.lookupAll({})).toEqual([])
  })

  it('shows each process that another is lost, and what is there by another way once more', async () => {
    const { net, names, told, process, system } = await arrange(arrangement)
    for (const lost of names) {
      const seers = names.filter((one) => system(one).tryLookup(lost) !== undefined && one !== lost)
      const before = new Map(names.map((one) => [one, told(one).length]))
      await Promise.all(process(lost).exchanges.map((exchange) => exchange.close()))
      await net.quiet()
      for (const one of names) {
        const news = told(one).slice(before.get(one))
        const isNews = seers.includes(one)
        // There may seem to be another way to it, until those who are on it have said that it is lost.
        const ofIt = news.filter((line) => line.includes(` ${lost}`))
        if (one !== lost)
          expect([one, ofIt[0], ofIt.at(-1)]).toEqual([one, ...(isNews ? [gone(lost), gone(lost)] : [undefined, undefined])])
        for (const name of names) expect([one, statesOf(told(one), name)]).toEqual([one, expect.stringMatching(/^(aw)*a?$/)])
      }
    }
    for (const one of names)
      expect(
        system(one)
          .lookupAll({})
          .filter(({ location }) => location === 'remote'),
      ).toEqual([])
  })

  it('lets each call each, and hear one copy of each report, retained ones too', async () => {
    const { net, names, services, system } = await arrange(arrangement)
    for (const name of names) await services.get(name)?.publish('kept', name, Number.POSITIVE_INFINITY)
    const heard = new Map<string, unknown[]>()
    for (const name of names) {
      const reports: unknown[] = []
      heard.set(name, reports)
      for (const other of names) {
        const remote = (await system(name).lookup(other)) as unknown as EchoRemote
        expect(await remote.say([name, other])).toEqual([name, other])
        await system(name).subscribe(other, '*', ({ subject, content, retained }) => void reports.push([subject, content, retained])).ready
      }
      expect(reports.sort()).toEqual(names.map((other) => ['kept', other, true]).sort())
      reports.length = 0
    }
    for (const name of names) await services.get(name)?.publish('live', name)
    await net.quiet()
    for (const name of names) expect(heard.get(name)?.sort()).toEqual(names.map((other) => ['live', other, false]).sort())
  })
})
