/**
 * Programs that are about lasting, not speed: `npm run churn`, `npm run recovery`. They run the built package; what is missing is
 * installed and built first.
 */
import { spawn } from 'node:child_process'
import { root } from '../scripts/steps/command.mjs'
import { prepare } from '../scripts/steps/prepare.mjs'

const PROGRAMS = ['churn', 'recovery']

const [name = '', ...args] = process.argv.slice(2)
if (!PROGRAMS.includes(name)) {
  console.error(`endure.mjs ${name}: the programs are ${PROGRAMS.join(', ')}`)
  process.exit(2)
}
await prepare()
const program = spawn(process.execPath, ['--expose-gc', `benchmarks/endurance/${name}.mjs`, ...args], { cwd: root, stdio: 'inherit' })
// A terminal sends Ctrl-C to the program as well, which ends in order.
process.on('SIGINT', () => {})
program.on('exit', (code) => {
  process.exitCode = code ?? 1
})
