import { describe, expect, it } from 'vitest'
import { type CommandLine, parseCommandLine } from '../../src/cli/command-line.js'

const read = (line: string, env: Readonly<Record<string, string>> = {}): CommandLine =>
  parseCommandLine(line === '' ? [] : line.split(' '), { version: '1.2.3', env })

function settingsOf(line: string, env?: Readonly<Record<string, string>>) {
  const command = read(line, env)
  if (command.kind !== 'exchange') throw new Error(`"${line}" should be right: ${JSON.stringify(command)}`)
  return command.settings
}

function complaintOf(line: string, env?: Readonly<Record<string, string>>): string {
  const command = read(line, env)
  if (command.kind !== 'wrong') throw new Error(`"${line}" should be wrong: ${JSON.stringify(command)}`)
  return command.message
}

describe('parseCommandLine()', () => {
  it('fills in what is not said', () => {
    expect(settingsOf('exchange --listen 11111')).toEqual({
      listen: ['tcp://127.0.0.1:11111'],
      connect: [],
      group: '',
      role: 'server',
      secret: { kind: 'none' },
      insecure: false,
      retryDelayMs: 5000,
      json: false,
    })
  })

  it('takes every option, and addresses as often as they come', () => {
    const line = 'exchange -l 0 --listen=unix:/x -c a:1 --connect tcp://b:2 -g web --secret-file s --insecure --retry-delay 20 --json'
    expect(settingsOf(line)).toEqual({
      listen: ['tcp://127.0.0.1:0', 'unix:/x'],
      connect: ['tcp://a:1', 'tcp://b:2'],
      group: 'web',
      role: 'server',
      secret: { kind: 'file', path: 's' },
      insecure: true,
      retryDelayMs: 20,
      json: true,
    })
    expect(settingsOf('exchange --connect 1 --client --retry-delay never')).toMatchObject({ role: 'client', retryDelayMs: false })
  })

  it('takes the secret of the environment where no file is named', () => {
    const env = { TROUPE_SECRET: 'known' }
    expect(settingsOf('exchange --listen 0.0.0.0:1', env).secret).toEqual({ kind: 'given', secret: 'known' })
    expect(settingsOf('exchange --listen 0.0.0.0:1 --secret-file s', env).secret).toEqual({ kind: 'file', path: 's' })
  })

  it.for([
    ['', 'give a command: '],
    ['exchang', "unknown command 'exchang'"],
    ['exchange', 'nothing to do: give --listen ADDRESS, --connect ADDRESS or both'],
    ['exchange --listen', "option '-l, --listen <address>' argument missing"],
    ['exchange --listn 1', "unknown option '--listn' (Did you mean --listen?)"],
    ['exchange 11111', "too many arguments for 'exchange'"],
    ['exchange --listen 65536', '--listen "65536": give a port (0 to 65535), HOST:PORT, '],
    ['exchange --listen 1 --listen x', '--listen "x": give a port'],
    ['exchange --connect 0', '--connect "0": give a port (1 to 65535)'],
    ['exchange --connect 1 --retry-delay 0', '--retry-delay "0": give 1 to 86400000 (milliseconds), or never'],
    ['exchange --connect 1 --retry-delay 1e3', '--retry-delay "1e3": give'],
    ['exchange --client --listen 1', 'a client does not listen: leave out --client or --listen'],
    ['exchange --listen 0.0.0.0:1', '--listen tcp://0.0.0.0:1: other machines can reach this address; give --secret-file FILE'],
  ])('says of "troupe %s" what is wrong, in one line', ([line, complaint]) => {
    const message = complaintOf(line as string)
    expect(message.startsWith(complaint as string), message).toBe(true)
    expect(message).not.toContain('\n')
  })

  it('takes no secret among its words, and does not repeat it', () => {
    for (const line of ['exchange --listen 1 --secret hidden', 'exchange --listen 1 --secret=hidden']) {
      expect(complaintOf(line)).toBe('--secret: every process of this machine could read it; give --secret-file FILE or TROUPE_SECRET')
    }
  })

  it('takes an empty secret of the environment for a mistake', () => {
    expect(complaintOf('exchange --listen 1', { TROUPE_SECRET: '' })).toBe('TROUPE_SECRET is empty: put the secret into it, or unset it')
  })

  it('prints version and help, with examples that are right themselves', () => {
    expect(read('--version')).toEqual({ kind: 'text', text: '1.2.3' })
    const help = read('exchange --help')
    if (help.kind !== 'text') throw new Error(`expected help, got ${JSON.stringify(help)}`)
    const examples = help.text.split('\n').flatMap((line) => /^ {4}troupe (.*)$/.exec(line)?.[1] ?? [])
    expect(examples.map((line) => read(line).kind)).toEqual(['exchange', 'exchange', 'exchange'])
    expect(Math.max(...help.text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
  })
})
