import { createSystem } from 'troupe'
import { Process } from './process-facts.mjs'
import { shareBytes } from './share.mjs'

/** Starts as many actors in processes of their own as it is told, and prints how many answered and what they take. */
const size = Number(process.argv[2])
const system = await createSystem({ threads: 0 })
const own = await system.spawn(Process, { host: 'inline', name: 'first' })
await own.pid()
globalThis.gc?.()
const before = shareBytes(process.pid)
const pids = []
for (let i = 0; i < size; i++) pids.push(await (await system.spawn(Process, { host: 'process', name: `idle-${i}` })).pid())
globalThis.gc?.()
const bytes = pids.reduce((sum, pid) => sum + shareBytes(pid), shareBytes(process.pid) - before)
console.log(JSON.stringify({ value: new Set(pids).size, own: bytes }))
await system.stop()
