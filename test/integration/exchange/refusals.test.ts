/** Connections that come to nothing: both sides are told why. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { Stage, type TellingProcess } from './processes.js'

/** Both sides of a connection over TCP are told why it is refused. */
async function bothHear(reason: string, peer: TellingProcess, server: TellingProcess): Promise<void> {
  const { localAddress } = await peer.connection('refused', { reason })
  await server.told.find(`hears ${reason}`, (told) => told['remoteAddress'] === localAddress && told['reason'] === reason)
}

describe.concurrent('a connection', () => {
  it('is refused by nobody where nobody listens, and made when somebody does', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const address = stage.address('hub')
    const client = stage.client(address)
    const { error, process, remoteAddress } = await client.connection('failed')
    expect({ error, process, remoteAddress }).toEqual({ error: expect.stringContaining('ENOENT'), process: '', remoteAddress: address })
    await stage.server(address)
    await client.connection('active', { group: '' })
  })

  it('between two exchange groups is refused on both sides', async ({ onTestFinished }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server('0', '--group', 'one')
    const client = stage.peer('client', { group: 'two', connect: [server.address] })
    await bothHear('group', client, server)
  })

  it('without the right secret is refused on both sides; one of two secrets is enough', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const file = join(stage.folder, 'secrets')
    writeFileSync(file, 'new\nold\n')
    const server = await stage.server('0', '--secret-file', file)
    const connect = [server.address]
    for (const secret of ['wrong', undefined]) {
      const stranger = stage.peer('stranger', { connect, ...(secret === undefined ? {} : { secret }) })
      await bothHear('secret', stranger, server)
    }
    for (const secret of ['new', 'old']) await stage.peer(secret, { connect, secret }).connection('active')
    expect(JSON.stringify(server.told.all) + server.stderr).not.toMatch(/wrong|new|old/)
  })

  it('of a server to itself is refused once, and it goes on', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const address = stage.address('hub')
    const server = await stage.server(address, '--connect', address)
    await server.connection('refused', { reason: 'self' })
    await server.connection('refused', { reason: 'self' })
    const [service, client] = [stage.service(address), stage.client(address)]
    await client.ask('lookup')
    expect(await client.ask('multiply', 6, 7)).toEqual({ product: 42, by: service.pid })
    expect(server.told.all.filter(({ reason }) => reason === 'self')).toHaveLength(2)
  })

  it('of two servers to each other is one link', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const [one, two] = [stage.address('one'), stage.address('two')]
    const servers = await Promise.all([stage.server(one, '--connect', two), stage.server(two, '--connect', one)])
    const [service, client] = [stage.service(one), stage.client(two)]
    await client.ask('lookup')
    expect(await client.ask('multiply', 6, 7)).toEqual({ product: 42, by: service.pid })
    for (const { told } of servers) {
      const between = told.all.filter(({ event, state, reason }) => event === 'connection' && state !== 'active' && reason !== undefined)
      expect(between.map(({ reason }) => reason).filter((reason) => reason !== 'duplicate')).toEqual([])
    }
  })
})
