import { Command, CommanderError, Option } from 'commander'
import { type ExchangeFlags, type ExchangeSettings, parseExchangeFlags } from './exchange-settings.js'

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: 'exchange'; readonly settings: ExchangeSettings }
  /** Help or version: to be printed, and that is all. */
  | { readonly kind: 'text'; readonly text: string }
  /** `message` is one line that says what to do. */
  | { readonly kind: 'wrong'; readonly message: string }

/** What the meaning of a command line depends on besides its words. */
export interface Surroundings {
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const HELP_COLUMNS = 100

const EXAMPLES = `
Addresses:
  11111                       that port, for processes of this machine alone
  HOST:PORT, tcp://HOST:PORT  TCP; an IPv6 host in brackets: [::1]:11111
  unix:/PATH                  a unix socket

Examples:
  An exchange for the processes of this machine:
    troupe exchange --listen 11111
  One that other machines can reach, with a secret that both sides know:
    troupe exchange --listen 0.0.0.0:11111 --secret-file /etc/troupe/secret
  Two hosts with one exchange each, linked, for the exchange group "web":
    troupe exchange --group web --listen 0.0.0.0:11111 --connect other:11111 --secret-file secret

A line is printed for each address it listens at, and for each connection that becomes active,
inactive or failed, or is refused. SIGINT and SIGTERM end it in good order, a second signal at once.
Exit code: 0 after a signal, 1 when it cannot listen or no connection is left, 2 for wrong input.`

const NO_COMMAND: CommandLine = { kind: 'wrong', message: 'give a command: "troupe exchange --help" tells more' }

/** Reads a command line (without node and the file of the program). */
export function parseCommandLine(words: readonly string[], { version, env }: Surroundings): CommandLine {
  const pieces: string[] = []
  let asked: CommandLine = NO_COMMAND
  const program = new Command('troupe')
    .exitOverride()
    .configureOutput({ writeOut: (piece) => void pieces.push(piece), writeErr: () => undefined, getOutHelpWidth: () => HELP_COLUMNS })
    .description('Actor framework for Node.js')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
  exchangeCommand(program).action((flags: ExchangeFlags) => {
    asked = parseExchangeFlags(flags, env['TROUPE_SECRET'])
  })
  try {
    program.parse(words, { from: 'user' })
    return asked
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'text', text: pieces.join('').trimEnd() }
    return error.code === 'commander.help' ? NO_COMMAND : { kind: 'wrong', message: oneLine(error.message) }
  }
}

function exchangeCommand(program: Command): Command {
  return program
    .command('exchange')
    .description('An exchange of its own: links processes, so that each finds and calls the services of the others')
    .option('-l, --listen <address>', 'accept connections there; may be given several times', collect)
    .option('-c, --connect <address>', 'keep up a connection to an exchange there; may be given several times', collect)
    .option('-g, --group <name>', 'the exchange group; all that are linked have the same (default: the default group)')
    .option('--client', 'be a client: connect only, and hand on nothing')
    .option('--secret-file <file>', 'holds what both sides must know; a second line is an older secret that still counts')
    .option('--insecure', 'listen beyond this machine without a secret')
    .option('--retry-delay <ms>', 'milliseconds until a lost or failed connection is tried again, or "never" (default: 5000)')
    .option('--json', 'print lines of JSON')
    .addOption(new Option('--secret [text]').hideHelp())
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', '\nEnvironment:\n  TROUPE_SECRET               the secret, where there is no --secret-file')
    .addHelpText('after', EXAMPLES)
}

function collect(address: string, before: readonly string[] = []): readonly string[] {
  return [...before, address]
}

/** As commander says it, in one line, with where to look. */
function oneLine(message: string): string {
  return `${message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')}; "troupe exchange --help" tells what there is`
}
