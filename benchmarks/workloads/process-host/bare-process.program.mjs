import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { shareBytes } from './share.mjs'

/** As idle-process.program.mjs, with processes that have nothing in them but a listener. */
const before = shareBytes(process.pid)
const children = []
for (let i = 0; i < Number(process.argv[2]); i++) {
  const child = fork(fileURLToPath(new URL('./child-process.child.mjs', import.meta.url)), { execArgv: [] })
  children.push(child)
  child.send({ id: i, value: i })
  await once(child, 'message')
}
const bytes = children.reduce((sum, { pid = 0 }) => sum + shareBytes(pid), shareBytes(process.pid) - before)
console.log(JSON.stringify({ value: children.length, own: bytes }))
for (const child of children) child.kill()
