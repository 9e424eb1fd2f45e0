import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { runProgram } from './support/program.js'

const folder = new URL('./fixtures/', import.meta.url)
const run = (how: string) => runProgram(new URL('signals.js', folder).pathname, { cwd: folder.pathname, args: [how] })

it('stopOnSignals() drains and stops, then ends by the signal, as if nothing had caught it', async () => {
  const { signal, stdout } = await run('once')
  expect({ signal, stdout }).toEqual({ signal: 'SIGTERM', stdout: 'stopping\nanswered\n' })
})

it('stopOnSignals() lets a second signal end the process at once', async () => {
  const { signal, stdout } = await run('twice')
  expect({ signal, stdout: stdout.startsWith('stopping\n') }).toEqual({ signal: 'SIGINT', stdout: true })
})

it('stopOnSignals() with { exit: false } leaves the end to the program, and hears no more signals', async () => {
  const { code, signal, stdout } = await run('stays')
  expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: 'stopping\nanswered\ngoes on 0\n' })
})

it('stopOnSignals() hears no signals once it is disposed of', async () => {
  const { signal, stdout } = await run('disposed')
  expect({ signal, stdout }).toEqual({ signal: 'SIGTERM', stdout: '' })
})

it('stopOnSignals() throws in a worker thread', async () => {
  const worker = new Worker(new URL('signals.js', folder))
  const error = await new Promise<Error>((resolve) => void worker.once('error', resolve))
  expect(error.message).toBe('stopOnSignals(): signals reach the main thread of a process only; call it there')
})
