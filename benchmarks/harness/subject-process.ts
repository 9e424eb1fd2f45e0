import { spawn } from 'node:child_process'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './protocol.js'
import type { Workload } from './workload.js'

const SUBJECT_FILE = fileURLToPath(new URL('../subject.ts', import.meta.url))
/** Of util-linux. */
const ON_ONE_CORE = ['taskset', '-c', '0']
const LIMIT_MS = 120_000
const STDERR_CHARACTERS = 2000

/**
 * Runs one subject in a process of its own, so that neither its garbage nor its compiled code meets that of others.
 *
 * - **Errors**: never rejects; a process that fails, or takes longer than two minutes, is reported as failed.
 */
export function runSubject(order: Order, { measure, oneCore = false }: Workload, signal: AbortSignal): Promise<Report> {
  return new Promise((resolve) => {
    const flags = ['--import', 'tsx', ...(measure === 'bytes' ? ['--expose-gc'] : [])]
    const command = [...(oneCore ? ON_ONE_CORE : []), execPath, ...flags, SUBJECT_FILE, JSON.stringify(order)] as const
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      killSignal: 'SIGKILL',
      signal,
    })
    let report: Report | undefined
    let stderr = ''
    const limit = setTimeout(() => {
      report ??= { kind: 'failed', reason: `killed after ${LIMIT_MS / 1000} s` }
      child.kill()
    }, LIMIT_MS)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARACTERS)
    })
    child.on('message', (message) => {
      report = message as Report
    })
    child.on('error', (error) => {
      report ??= { kind: 'failed', reason: error.message }
    })
    child.on('close', (code, ended) => {
      clearTimeout(limit)
      resolve(report ?? { kind: 'failed', reason: `ended with ${ended ?? `exit code ${code}`} and no report ${stderr}` })
    })
  })
}
