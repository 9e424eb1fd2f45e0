import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts a program of this folder; resolves with it and the first message that it sends. */
export async function startChild(
  program: URL,
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = fork(fileURLToPath(program), args, { execArgv: [] })
  const [said] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program.pathname} ended with ${code}`))),
  ])
  return { child, said: said as string }
}
