import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import type { Logger } from '../../src/base/world.js'
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../src/testing/index.js'

const never = (): Promise<never> => new Promise(() => undefined)

interface Clings {
  cling(): void
  hang(): Promise<never>
}

/** A service with more `onStop` functions than a stop has patience for, if it is told so. */
const Clinging = service(
  import.meta,
  'clinging',
  (self): Clings => ({
    cling() {
      for (let i = 0; i < 4; i++) self.onStop(never)
    },
    hang: never,
  }),
)

/** Spawns a clinging service as its child. */
const Parent = service(import.meta, 'parent', async (self) => {
  const child = (await self.spawn(Clinging)) as Remote<Clings>
  await child.cling()
})

interface Heard {
  readonly t: TestSystem
  readonly warnings: string[]
}

async function start(options: TestSystemOptions = {}): Promise<Heard> {
  const warnings: string[] = []
  const nothing = (): void => undefined
  const log: Logger = { debug: nothing, info: nothing, warn: (message) => void warnings.push(message), error: nothing }
  return { t: await createTestSystem({ seed: 7, log, ...options }), warnings }
}

/** Those that only say that one function took its time. */
const others = ({ warnings }: Heard): readonly string[] => warnings.filter((message) => !message.startsWith('an onStop function'))

describe('stop() names', () => {
  it('the actors that did not stop in time, on whatever thread', async () => {
    const heard = await start({ threads: 2 })
    for (const thread of [0, 1, 2]) {
      const one = (await heard.t.spawn(Clinging, { name: `clings ${thread}`, host: { thread } })) as Remote<Clings>
      await one.cling()
    }
    await heard.t.spawn(Clinging, { name: 'lets go', host: { thread: 2 } })
    await heard.t.stop()
    expect(others(heard)).toEqual([
      'not stopped within 10000 ms, and ended with their threads: service "clings 0" (an onStop function), ' +
        'service "clings 1" (an onStop function) on thread 1, service "clings 2" (an onStop function) on thread 2',
    ])
  })

  it('of a family the one that holds up the others', async () => {
    const heard = await start()
    await heard.t.spawn(Parent)
    await heard.t.stop()
    expect(others(heard)).toEqual(['not stopped within 10000 ms, and ended with their threads: service "clinging" (an onStop function)'])
  })

  it('ten of many, and counts the others', async () => {
    const heard = await start({ threads: 1 })
    for (let i = 0; i < 24; i++) {
      const one = (await heard.t.spawn(Clinging, { name: `clings ${i}`, host: { thread: i % 2 } })) as Remote<Clings>
      await one.cling()
    }
    await heard.t.stop()
    const [message = ''] = others(heard)
    expect(message.match(/service "clings \d+"/g)).toHaveLength(10)
    expect(message).toMatch(/ and 14 more$/)
  })

  it('the functions given to onStopping that did not end in time, and those that failed', async () => {
    const heard = await start()
    const failures: string[] = []
    heard.t.onStopping(async function closeServer() {
      await never()
    })
    heard.t.onStopping(never)
    heard.t.onStopping(() => never())
    heard.t.onStopping(() => 'done')
    await heard.t.stop()
    expect(failures).toEqual([])
    expect(others(heard)).toEqual([
      'function closeServer, function never, a function given to onStopping took longer than 30000 ms; left behind',
    ])
  })

  it('nobody when everything stops in time', async () => {
    const heard = await start({ threads: 2 })
    for (const thread of [0, 1, 2]) {
      const one = (await heard.t.spawn(Clinging, { host: { thread } })) as Remote<Clings>
      one.$.tell.hang()
    }
    await heard.t.settled()
    await heard.t.stop({ drainMs: 1000 })
    expect(heard.warnings).toEqual([])
  })
})
