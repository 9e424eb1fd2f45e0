/** Real processes of an exchange group: started, killed, stopped, gone on with, and ended when their test is, whatever comes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { type Told, ToldList } from './told.js'

// Longer than a process may take for anything, so that a test that fails says what did not come about.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const manifest = createRequire(import.meta.url).resolve('troupe/package.json')
const PROGRAM = join(dirname(manifest), (JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { troupe: string } }).bin.troupe)
const PEER = fileURLToPath(new URL('fixtures/peer.js', import.meta.url))
const KEEPER = fileURLToPath(new URL('fixtures/keeper.js', import.meta.url))

const keeper = spawn(process.execPath, [KEEPER], { stdio: ['pipe', 'inherit', 'inherit'] })
keeper.unref()

/** Has it end with the process of the tests, if it has not before. */
function keep(child: ChildProcess): void {
  keeper.stdin.write(`+ ${child.pid}\n`)
  child.once('exit', () => void keeper.stdin.write(`- ${child.pid}\n`))
}

/** What a call ended with that came to nothing. */
export interface Failure {
  readonly code: string
  readonly delivered: string
}

/** As `fixtures/peer.js` takes them. */
export interface PeerOptions {
  readonly role?: 'server' | 'client'
  readonly group?: string
  readonly secret?: string
  readonly listen?: string
  readonly connect?: readonly string[]
  readonly serves?: string
}

/** Where and how a program is started. */
interface Start {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A process that tells what happens to it. */
export class TellingProcess {
  readonly told: ToldList
  readonly child: ChildProcess
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  stderr = ''
  #orders = 0

  constructor(name: string, { file, args, env = {} }: Start) {
    const { NODE_OPTIONS: _options, VITEST: _vitest, TROUPE_SECRET: _secret, ...inherited } = process.env
    this.told = new ToldList(name)
    this.child = spawn(process.execPath, [file, ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    keep(this.child)
    // What is sent to one that has ended comes to nothing, which its list tells.
    this.child.on('error', () => undefined)
    this.child.on('message', (told) => this.told.add(told as Told))
    this.child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text
    })
    this.#readLines()
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.told.end(`it has ended with ${signal ?? code}: ${this.stderr}`)
        resolve(code ?? (signal as string))
      })
    })
  }

  get pid(): number {
    return this.child.pid as number
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGINT'): void {
    this.child.kill(signal)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended
  }

  /** Resolves with the event of a connection that has such fields. */
  connection(state: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Told> {
    return this.told.next({ event: 'connection', state, ...fields })
  }

  /** What a peer that is asked for something comes to. */
  async ask<T = unknown>(verb: string, ...args: readonly unknown[]): Promise<T> {
    const { value, failure } = await this.#order(verb, args)
    if (failure !== undefined) throw new Error(`${verb} failed: ${JSON.stringify(failure)}`)
    return value as T
  }

  /** With what it fails; it is asked before this returns. */
  async failureOf(verb: string, ...args: readonly unknown[]): Promise<Failure> {
    const { failure } = await this.#order(verb, args)
    if (failure === undefined) throw new Error(`${verb} should have failed`)
    const { code, delivered } = failure as Failure
    return { code, delivered }
  }

  #order(verb: string, args: readonly unknown[]): Promise<Told> {
    const number = ++this.#orders
    this.child.send({ number, verb, args })
    return this.told.find(`answers ${verb}`, (told) => told.event === 'answer' && told['number'] === number)
  }

  /** Each line that it prints is an event: JSON of the program, or text. */
  #readLines(): void {
    let rest = ''
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() as string
      for (const line of lines) this.told.add(line.startsWith('{') ? JSON.parse(line) : { event: 'line', line })
    })
  }
}

/**
 * Resolves when each of these has an active link to the server, and both sides have said so: what there is can be found before, so that
 * having found it does not tell.
 */
export async function linked(server: TellingProcess, ...peers: readonly TellingProcess[]): Promise<void> {
  for (const peer of peers) {
    const id = await peer.ask('process')
    await peer.connection('active')
    await server.told.find(`is linked to ${id}`, ({ state, process }) => state === 'active' && process === id)
  }
}

/** Where the processes of one test live. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-exchange-'))
  readonly #processes: TellingProcess[] = []

  /** `onFinished` is that of the test. */
  constructor(onFinished: (end: () => Promise<void>) => void) {
    onFinished(() => this.#end())
  }

  /** The address of a unix socket of this test. */
  address(name: string): string {
    return `unix:${join(this.folder, name)}`
  }

  /** The program `troupe exchange`, as users start it. */
  program(args: readonly string[], env: Readonly<Record<string, string>> = {}): TellingProcess {
    return this.#start('program', { file: PROGRAM, args: ['exchange', ...args], env })
  }

  /** The same, listening at one address. Resolves when it does. */
  async server(listen: string, ...args: readonly string[]): Promise<TellingProcess & { readonly address: string }> {
    const server = this.program(['--listen', listen, '--json', '--retry-delay', '50', ...args])
    const { address } = await server.told.next({ event: 'listening' })
    return Object.assign(server, { address: address as string })
  }

  peer(name: string, options: PeerOptions): TellingProcess {
    return this.#start(name, { file: PEER, args: [JSON.stringify(options)] })
  }

  /** A process with the service `math`. */
  service(...connect: readonly string[]): TellingProcess {
    return this.peer('service', { connect, serves: 'math' })
  }

  client(...connect: readonly string[]): TellingProcess {
    return this.peer('client', { connect })
  }

  #start(name: string, start: Start): TellingProcess {
    const started = new TellingProcess(name, start)
    this.#processes.push(started)
    return started
  }

  async #end(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.kill()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}
