import { createSystem } from 'troupe'
import { Idle } from './idle.mjs'
import { printGrowth } from './resident.mjs'

const system = await createSystem({ threads: Number(process.argv[2]) })
// What the process loads once, for the first actor, is not counted.
await (await system.spawn(Idle, { host: 'inline', name: 'first' })).thread()
await printGrowth(async (n) => {
  const idle = await system.spawn(Idle, { host: { thread: n }, name: `idle-${n}` })
  return (await idle.thread()) === n
})
await system.stop()
