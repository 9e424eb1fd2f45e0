import { beforeEach, describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Binding } from '../../src/actors/kernel/binding.js'
import { type SimulatedThread, SimulatedThreads, type SimulationOptions } from '../../src/testing/simulated-threads.js'
import { recordingLog } from '../actors/evidence.js'
import type { Agent, OwnAgent } from './model/world.js'

const FOREVER = { lifetimeMs: Number.POSITIVE_INFINITY }

interface Reported {
  readonly publisher: Binding
  readonly content: unknown
  readonly retained: boolean
  readonly missed: number
}

let self: OwnAgent
const setup = (own: unknown): void => {
  self = own as OwnAgent
}
const Publisher = service(import.meta, 'publisher', setup)
const HiddenPublisher = service(import.meta, 'hidden publisher', { visibility: 'hidden' }, setup)

let threads: SimulatedThreads
let here: SimulatedThread
let there: Agent

function start(options: Partial<SimulationOptions> = {}): void {
  threads = new SimulatedThreads({ seed: 7, log: recordingLog(), ...options })
  here = threads.start(0)
  there = threads.start(1).agent as unknown as Agent
}

async function spawn(definition: unknown): Promise<Binding> {
  const remote = await here.spawn(definition)
  await threads.settled()
  return (remote as { readonly $: { readonly binding: Binding } }).$.binding
}

describe('subscribe()', () => {
  beforeEach(() => start())

  it.each([1, 2, 3, 4, 5])(
    'hears nothing twice of who leaves its group and joins it again while it is being asked: seed %i',
    async (seed) => {
      start({ seed })
      await spawn(Publisher)
      const heard: unknown[] = []
      there.announcements({ group: 'g' }, ({ status }: { readonly status: string }) => void heard.push(status))
      there.subscribe({ group: 'g' }, '*', ({ content, retained }: Reported) => void heard.push([content, retained]))
      self.publish('subject', 1, FOREVER)
      void self.joinGroup('g')
      void self.leaveGroup('g')
      void self.joinGroup('g')
      await threads.settled()
      self.publish('subject', 2, FOREVER)
      await threads.settled()
      expect(heard.slice(heard.lastIndexOf('available'))).toEqual(['available', [1, true], [2, false]])
    },
  )

  it('hears a hidden actor of another thread whose binding it has', async () => {
    const binding = await spawn(HiddenPublisher)
    const heard: unknown[] = []
    const subscription = there.subscribe(binding, '*', ({ content }: Reported) => void heard.push(content))
    await threads.settled()
    await subscription.ready
    self.publish('subject', 1, {})
    await threads.settled()
    expect(heard).toEqual([1])
  })

  it('leaves no trace at a hidden actor once it is closed', async () => {
    const binding = await spawn(HiddenPublisher)
    const agent = here.agent as unknown as Agent
    agent.subscribe(binding, '*', () => undefined).close()
    const listeners = here.core.cells.get(1)?.goneListeners?.size
    for (let i = 0; i < 10; i++) agent.subscribe(binding, '*', () => undefined).close()
    expect(here.core.cells.get(1)?.goneListeners?.size).toBe(listeners)
  })

  it('names the groups that a publisher is in when it publishes, on whatever thread', async () => {
    await spawn(Publisher)
    const heard: unknown[] = []
    for (const agent of [here.agent as unknown as Agent, there]) {
      agent.subscribe('publisher', '*', ({ publisher }: Reported) => void heard.push(publisher.groups))
    }
    await threads.settled()
    for (const change of [() => self.joinGroup('g'), () => self.leaveGroup('g')]) {
      await change()
      self.publish('subject', 1, {})
      await threads.settled()
    }
    expect(heard).toEqual([['g'], ['g'], [], []])
  })

  it('says how many reports found no room on the way to its thread', async () => {
    start({ linkCapacity: 4 })
    await spawn(Publisher)
    const heard: Reported[] = []
    there.subscribe('publisher', '*', (report: Reported) => void heard.push(report))
    await threads.settled()
    for (let n = 1; n <= 20; n++) self.publish('subject', n, {})
    await threads.settled()
    self.publish('subject', 'last', {})
    await threads.settled()
    const missed = heard.reduce((sum, report) => sum + report.missed, 0)
    expect({ first: heard[0]?.content, last: heard.at(-1)?.content, all: heard.length + missed }).toEqual({
      first: 1,
      last: 'last',
      all: 21,
    })
    expect(missed).toBeGreaterThan(0)
  })
})

describe('expireReports()', () => {
  it('counts what it forgets, not what has expired by itself', async () => {
    start()
    await spawn(Publisher)
    self.publish('short', 1, { lifetimeMs: 10 })
    self.publish('long', 2, FOREVER)
    await threads.advance(20)
    expect(self.expireReports('*', 0)).toBe(1)
  })
})
