/**
 * The benchmarks: `npm run bench`, `npm run bench -- --only ping-pong --quick`, `npm run bench -- --list`. It needs only
 * Node and npm; the rest it installs.
 */
import { spawn } from 'node:child_process'
import { root } from '../scripts/steps/command.mjs'
import { prepare } from '../scripts/steps/prepare.mjs'

await prepare()
const bench = spawn(process.execPath, ['--import', 'tsx', 'benchmarks/main.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
// A terminal sends Ctrl-C to the benchmarks as well: they end their children, and this process waits for them.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => bench.kill('SIGTERM'))
bench.on('error', (error) => {
  console.error(`Cannot start the benchmarks: ${error.message}`)
  process.exitCode = 1
})
bench.on('exit', (code) => {
  process.exitCode = code ?? 1
})
