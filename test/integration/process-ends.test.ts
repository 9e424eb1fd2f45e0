/** The ends of processes that come with the end of their program, or are asked for. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { Hermit } from './fixtures/hermit.js'
import { collectChildren } from './support/children.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { processHasEnded, runProgram } from './support/program.js'
import { startSystem } from './support/systems.js'

const folder = new URL('./fixtures/', import.meta.url).pathname
const program = `${folder}monastery.js`

/** Runs the program; the number of the process that it had, and what it printed besides. */
async function run(how: string) {
  const { code, signal, stdout, stderr } = await runProgram(program, { cwd: folder, args: [how] })
  const [pid, ...lines] = stdout.trim().split('\n')
  await processHasEnded(Number(pid))
  return { code, signal, lines, stderr }
}

it.each([
  ['nothing', []],
  ['waits-for-call', ['answered']],
  ['waits-for-timer', ['timer in process 2']],
  ['stops', ['stopped']],
])('a program with a process ends by itself when nothing is left to do: %s', async (how, lines) => {
  expect(await run(how)).toEqual({ code: 0, signal: null, lines, stderr: '' })
})

it.each([
  ['exits', 4, null],
  ['throws', 1, null],
  ['is-killed', null, 'SIGKILL'],
  ['is-killed-while-it-computes', null, 'SIGKILL'],
])('its processes end with a program that %s', async (how, code, signal) => {
  expect(await run(how)).toMatchObject({ code, signal, lines: [] })
})

/** Runs the program as the leader of a group of processes; what a terminal sends to it reaches all of them. */
function runGroup(how: string): {
  readonly child: ChildProcess
  readonly lines: AsyncIterator<string>
  send(signal: NodeJS.Signals): void
} {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child = spawn(process.execPath, [program, how], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  return { child, lines, send: (signal) => process.kill(-(child.pid as number), signal) }
}

it.each(['SIGINT', 'SIGTERM'] as const)('%s to the whole group is left to the program, which stops in good order', async (signal) => {
  const { child, lines, send } = runGroup('drains')
  const exit = once(child, 'exit')
  const pid = Number((await lines.next()).value)
  expect((await lines.next()).value).toBe('ready')
  send(signal)
  expect((await lines.next()).value).toBe('answered')
  expect(await exit).toEqual([null, signal])
  await processHasEnded(pid)
})

it('a program that lives on after a signal keeps its processes', async () => {
  const { child, lines, send } = runGroup('stays')
  const exit = once(child, 'exit')
  const pid = Number((await lines.next()).value)
  expect([(await lines.next()).value, (await lines.next()).value]).toEqual(['ready', 'answered'])
  send('SIGTERM')
  expect((await lines.next()).value).toBe('3')
  send('SIGHUP')
  expect(await exit).toEqual([0, null])
  await processHasEnded(pid)
})

it('stop() runs what waits in a process, its onStop functions, and ends it', async () => {
  const system = await startSystem({ threads: 1 })
  const hermit = await system.spawn(Hermit)
  await hermit.onStopLog('cleaned up')
  const calls = Array.from({ length: 100 }, (_, i) => hermit.add(i, 1))
  const pid = await hermit.pid()
  await system.stop({ drainMs: 5000 })
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  expect(system.records.map(({ message, fields }) => [message, fields?.['reason']])).toEqual([['cleaned up', 'drained']])
  await processHasEnded(pid)
  expect(await failureOf(hermit.pid())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('stop() while a process starts ends it, and the spawn says so', async () => {
  const children = collectChildren()
  const system = await startSystem({ threads: 1 })
  const starting = errorOf(system.spawn(Hermit))
  await eventually(() => children.length === 1, 'the process is started')
  await system.stop()
  expect((await starting).message).toMatch(/stop|ended|withdrawn/i)
  expect(children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)).toEqual([])
})

it('stop() ends a process that does not answer, within its limit', async () => {
  const system = await startSystem({ threads: 1 })
  const hermit = await system.spawn(Hermit)
  const pid = await hermit.pid()
  process.kill(pid, 'SIGSTOP')
  const waiting = failureOf(hermit.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).add(1, 2))
  await system.stop()
  expect(await waiting).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  await processHasEnded(pid)
  expect(system.records.map(({ level }) => level)).toEqual(['warn'])
}, 40_000)

it('spawn() that is given up ends the process that was started for it', async () => {
  const children = collectChildren()
  const system = await startSystem({ threads: 1 })
  const gate = new AbortController()
  const spawning = errorOf(system.spawn(Hermit, { signal: gate.signal }))
  await eventually(() => children.length === 1, 'the process is started')
  gate.abort()
  expect(await spawning).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
  await processHasEnded(children[0]?.pid as number)
  expect(system.records).toEqual([])
})
