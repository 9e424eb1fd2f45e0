import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The part that this process plays, and what it was given for it; no part in the process that was started by hand. */
export function part(): readonly [name?: string, ...given: string[]] {
  const [name, ...given] = process.argv.slice(2)
  if (name === undefined) return []
  process.once('disconnect', () => process.exit()) // nobody plays on when the company is gone
  return [name, ...given]
}

/** Tells the company, from a process that it has started. */
export function say(news: string): void {
  process.send?.(news)
}

/** The processes of one example: its file runs again in each of them, with the name of a part as its argument. */
export class Company implements AsyncDisposable {
  readonly #file: string
  readonly #children = new Set<ChildProcess>()
  readonly #paths: string[] = []
  readonly #news = new EventEmitter()
  readonly #said = on(this.#news, 'said')

  constructor({ url }: ImportMeta) {
    this.#file = fileURLToPath(url)
  }

  /** Where an exchange of this company may listen: a unix socket. */
  address(name: string): string {
    const path = join(tmpdir(), `troupe-${process.pid}-${name}`)
    this.#paths.push(path)
    return `unix:${path}`
  }

  start(name: string, ...given: readonly string[]): ChildProcess {
    const child = fork(this.#file, [name, ...given])
    child.on('message', (said) => void this.#news.emit('said', said))
    this.#children.add(child)
    return child
  }

  /** Resolves when each of these has been said, in whatever order; what was said before is forgotten. */
  async hears(...news: readonly string[]): Promise<void> {
    const missing = new Set(news)
    while (missing.size > 0) {
      const { value } = await this.#said.next()
      missing.delete(value[0])
    }
  }

  /** Ends a process at once: it has no time to say good-bye. */
  async kill(child: ChildProcess): Promise<void> {
    this.#children.delete(child)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.kill(child)))
    for (const path of this.#paths) rmSync(path, { force: true })
  }
}
