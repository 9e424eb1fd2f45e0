import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { AbsentRival } from '../../harness/workload.js'

/** A server of its own, on a port that was free. */
export interface NatsServer {
  readonly address: string
  stop(): void
}

const LISTENS = /Listening for client connections on (\S+)/

export function startNats(): Promise<NatsServer> {
  const server = spawn('nats-server', ['--addr', '127.0.0.1', '--port', '-1'], { stdio: ['ignore', 'ignore', 'pipe'] })
  return new Promise((resolve, reject) => {
    server.once('error', () => reject(new AbsentRival('there is no "nats-server" here; Debian has it in nats-server')))
    server.once('exit', (code) => reject(new Error(`nats-server ended with ${code}`)))
    createInterface(server.stderr).on('line', (line) => {
      const address = LISTENS.exec(line)?.[1]
      if (address !== undefined) resolve({ address, stop: () => void server.kill() })
    })
  })
}
