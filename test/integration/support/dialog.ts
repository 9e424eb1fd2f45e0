/** A program in a process of its own that a test talks to. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually } from './outcomes.js'

export interface Dialog {
  readonly process: ChildProcessWithoutNullStreams
  /** What it has written so far. */
  readonly stdout: string
  readonly stderr: string
  /** Resolves when it has written such text to either. */
  hears(text: string): Promise<void>
  says(text: string): void
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

/** Runs one of the programs of `fixtures`; it is killed when the test ends. */
export function startDialog(file: string, args: readonly string[], nodeArgs: readonly string[] = []): Dialog {
  const path = fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url))
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child = spawn(process.execPath, [...nodeArgs, path, ...args], { env })
  onTestFinished(() => void child.kill('SIGKILL'))
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      written[name] += chunk
    })
  }
  const says = (text: string): boolean => written.stdout.includes(text) || written.stderr.includes(text)
  return {
    process: child,
    get stdout() {
      return written.stdout
    },
    get stderr() {
      return written.stderr
    },
    hears: (text) => eventually(() => says(text), `the program says "${text}"; it said: ${written.stdout}${written.stderr}`),
    says: (text) => void child.stdin.write(text),
    ended: new Promise((resolve) => void child.once('close', resolve)),
  }
}
