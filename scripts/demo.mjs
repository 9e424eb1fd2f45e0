/**
 * The demo: `npm run demo`, or `npm run demo -- ARGUMENTS…`. It needs only Node and npm; the rest it installs.
 */
import { spawn } from 'node:child_process'
import { root } from './steps/command.mjs'
import { prepare } from './steps/prepare.mjs'

await prepare()
const demo = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
// A terminal sends Ctrl-C to the demo as well: it decides how to stop, and this process waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => demo.kill('SIGTERM'))
demo.on('error', (error) => {
  console.error(`Cannot start the demo: ${error.message}`)
  process.exitCode = 1
})
demo.on('exit', (code) => {
  process.exitCode = code ?? 1
})
