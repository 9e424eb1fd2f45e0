/** Runs programs in processes of their own. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { eventually } from './outcomes.js'

const LIMIT_MS = 25_000
const require = createRequire(import.meta.url)

export interface Outcome {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  readonly cwd?: string
  /** The Node to run it with; the one that runs the tests if not given. */
  readonly node?: string
  /** Arguments of node before the file. */
  readonly nodeArgs?: readonly string[]
  /** Arguments of the program. */
  readonly args?: readonly string[]
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a file with node; one that has not ended after a while is killed, which its `signal` then tells. */
export function runProgram(
  file: string,
  { cwd, node = process.execPath, nodeArgs = [], args = [], env: given = {} }: ProgramOptions = {},
): Promise<Outcome> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child = spawn(node, [...nodeArgs, file, ...args], { cwd, env: { ...env, ...given }, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      resolve({ code, signal, stdout, stderr })
    })
  })
}

/** The file behind the `tsx` command. */
export const TSX_COMMAND = join(dirname(require.resolve('tsx/package.json')), 'dist/cli.mjs')

/** Resolves when no process of that number is left, or only what its parent has yet to take note of. */
export function processHasEnded(pid: number): Promise<void> {
  const isGone = (): boolean => {
    try {
      process.kill(pid, 0)
      return existsSync('/proc/self/stat') && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return true
    }
  }
  return eventually(isGone, `process ${pid} has ended`)
}
