import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { AbsentRival, type StartSession } from '../../harness/workload.js'
import { startErlang } from './erlang.js'

/** As `startErlang`, for a program that starts a second node: with a port mapper of its own, which ends with the session. */
export function startErlangNode(module: string): StartSession {
  return async (input) => {
    const port = await freePort()
    const mapper = spawn('epmd', ['-port', port, '-address', '127.0.0.1'], { stdio: 'ignore' })
    await new Promise((resolve, reject) => {
      mapper.once('spawn', () => resolve(undefined))
      mapper.once('error', () => reject(new AbsentRival('there is no "epmd" here; Debian has it in erlang-base')))
    })
    process.once('exit', () => void mapper.kill())
    while (!(await listens(Number(port)))) await setTimeout(20)
    const session = await startErlang(module, { flags: ['-name', `bench-${port}@127.0.0.1`], env: { ERL_EPMD_PORT: port } })(input)
    return {
      run: (run) => session.run(run),
      close: async () => {
        await session.close()
        mapper.kill()
      },
    }
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return String(typeof address === 'object' ? address?.port : '')
}
