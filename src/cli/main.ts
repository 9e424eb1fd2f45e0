#!/usr/bin/env node
/** The program `troupe`: reads its command line, does what it says, and ends with an exit code. */
import { readFileSync } from 'node:fs'
import { parseCommandLine } from './command-line.js'
import { runExchange } from './exchange-command.js'

// Whoever read our lines has gone: an exchange goes on without.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const terminal = {
  print: (line: string) => void process.stdout.write(`${line}\n`),
  complain: (line: string) => void process.stderr.write(`${line}\n`),
  time: () => new Date().toISOString(),
}
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }

const command = parseCommandLine(process.argv.slice(2), { version, env: process.env })
switch (command.kind) {
  case 'text':
    terminal.print(command.text)
    break
  case 'wrong':
    terminal.complain(`troupe: ${command.message}`)
    process.exitCode = 2
    break
  case 'exchange':
    process.exitCode = await runExchange(command.settings, terminal)
}
