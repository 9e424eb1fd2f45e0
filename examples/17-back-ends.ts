/**
 * Lesson 17: a front end and its back ends, with an exchange group of their own between them. Each back end reports every beat; the front end passes
 * on what comes first. Whoever hears the front end knows of no back end, however many there are.
 */
import { contract, createSystem, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { z } from 'zod'
import { Company, part, say } from './processes/company.js'

const BEAT_MS = 20
const BackApi = contract('back-end', { methods: {}, reports: { beat: z.int() } })
const FrontApi = contract('front-end', { methods: {}, reports: { beat: z.int() } })

/** Its audience is the exchange group: it is known nowhere else. */
export const BackEnd = service(import.meta, BackApi, { audience: 'backend' }, (self) => {
  self.every(BEAT_MS / 2, () => self.publish('beat', Math.floor(Date.now() / BEAT_MS)))
  return {}
})

export const FrontEnd = service(import.meta, FrontApi, (self) => {
  let last = 0
  self.subscribe(BackApi, 'beat', ({ content: beat }) => {
    if (beat > last) self.publish('beat', beat)
    last = Math.max(last, beat)
  })
  return {}
})

/** What each of the other processes does. */
async function play(role: string, hub: string, behind: string): Promise<void> {
  const system = await createSystem({ name: role, threads: 0 })
  if (role === 'hub') await createExchange(system, { role: 'server' }).listen(hub)
  if (role === 'front') {
    createExchange(system, { role: 'client' }).connect(hub, { retryDelayMs: 50 })
    await createExchange(system, { role: 'server', group: 'backend' }).listen(behind)
    await system.spawn(FrontEnd)
    system.announcements(BackApi, () => say(`back ends: ${system.lookupAll(BackApi).length}`))
  }
  if (role === 'back') {
    createExchange(system, { role: 'client', group: 'backend' }).connect(behind, { retryDelayMs: 50 })
    await system.spawn(BackEnd)
  }
}

await main(import.meta, async () => {
  const [role, ...addresses] = part()
  const [hub = '', behind = ''] = addresses
  if (role !== undefined) return play(role, hub, behind)

  await using company = new Company(import.meta)
  const places = [company.address('hub'), company.address('behind')] as const
  for (const one of ['hub', 'front', 'back']) company.start(one, ...places)
  await using system = await createSystem({ threads: 0 })
  createExchange(system, { role: 'client' }).connect(places[0], { retryDelayMs: 50 })

  await printBeats('back ends: 1')
  const another = company.start('back', ...places)
  company.start('back', ...places)
  await printBeats('back ends: 3')
  await company.kill(another)
  await printBeats('back ends: 2')
  const names = system.lookupAll({}).map(({ name }) => name)
  console.log(`in sight: ${names.join(', ')}`)

  async function printBeats(backEnds: string): Promise<void> {
    await company.hears(backEnds)
    const beats: number[] = []
    for await (const { content } of system.subscribe(FrontApi, 'beat')) if (beats.push(content) === 10) break
    console.log(`${backEnds}, ${new Set(beats).size === 10 ? 'every beat once' : 'beats more than once'}`)
  }
})
