import { readFileSync } from 'node:fs'
import { createSystem, type System } from 'troupe'
import { createExchange, type Exchange } from 'troupe/exchange'
import { type ExchangeEvent, printEvent, printEventAsJson, printRecordAsJson } from './event-lines.js'
import type { ExchangeSettings } from './exchange-settings.js'
import { printListenFailure } from './listen-failures.js'
import { parseSecrets } from './secrets.js'
import type { Terminal } from './terminal.js'

/** How long what this process is still at may take once a signal has come. */
const DRAIN_MS = 1000

/** What makes it end: a line for people, and the exit code. */
class Fault extends Error {
  readonly exitCode: 1 | 2

  constructor(exitCode: 1 | 2, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * An exchange in a process of its own. Resolves with the exit code when a signal has ended it, when it cannot begin, and when nothing is
 * left that it could do.
 */
export async function runExchange(settings: ExchangeSettings, terminal: Terminal): Promise<number> {
  try {
    const secret = readSecret(settings.secret)
    const system = await createSystem({ name: 'exchange', threads: 0, ...(settings.json ? { log: jsonLog(terminal) } : {}) })
    const ended = endOf(system)
    try {
      await Promise.race([serve(system, { settings, secret, terminal }), ended])
    } finally {
      await system.stop()
    }
    return 0
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    terminal.complain(`troupe exchange: ${error.message}`)
    return error.exitCode
  }
}

interface Service {
  readonly settings: ExchangeSettings
  readonly secret: readonly string[] | undefined
  readonly terminal: Terminal
}

/** Resolves when the system begins to stop, as it does at a signal. */
function endOf(system: System): Promise<void> {
  system.stopOnSignals({ drainMs: DRAIN_MS, exit: false })
  return new Promise((resolve) => void system.onStopping(() => resolve()))
}

/** Rejects when it cannot listen, and when there is nothing left to do; resolves never. */
async function serve(system: System, { settings, secret, terminal }: Service): Promise<never> {
  const { role, group, insecure, listen, connect, retryDelayMs, json } = settings
  const tell = (event: ExchangeEvent): void => terminal.print(json ? printEventAsJson(event, terminal.time()) : printEvent(event))
  const exchange = asked(() => createExchange(system, { role, group, insecure, ...(secret === undefined ? {} : { secret }) }))
  // Links end in good order, and are waited for, before all else.
  system.onStopping(() => exchange.close())
  const isOver = new Promise<never>((_, reject) => {
    exchange.on('connection', (event) => {
      tell({ event: 'connection', ...event })
      const isIdle = listen.length === 0 && exchange.links().length === 0 && system.state === 'running'
      if (isIdle) reject(new Fault(1, 'no connection is left, and none is tried again'))
    })
  })
  for (const address of listen) tell({ event: 'listening', group, ...(await listenAt(exchange, address)) })
  for (const address of connect) asked(() => exchange.connect(address, { retryDelayMs }))
  return isOver
}

async function listenAt(exchange: Exchange, address: string): ReturnType<Exchange['listen']> {
  try {
    return await exchange.listen(address)
  } catch (error) {
    throw new Fault(1, printListenFailure(address, error))
  }
}

/** What the package says is wrong was asked for on the command line. */
function asked<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof TypeError) throw new Fault(2, error.message)
    throw error
  }
}

function readSecret(source: ExchangeSettings['secret']): readonly string[] | undefined {
  if (source.kind === 'none') return undefined
  if (source.kind === 'given') return [source.secret]
  const secrets = parseSecrets(readText(source.path))
  if (typeof secrets === 'string') throw new Fault(2, `--secret-file ${source.path} ${secrets}`)
  return secrets
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault(
      2,
      `--secret-file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): give a file that this user may read`,
    )
  }
}

function jsonLog({ complain, time }: Terminal) {
  const at = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    complain(printRecordAsJson({ level, message, fields }, time()))
  return { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') }
}
