/** Processes that are stopped (SIGSTOP) for longer than a lease, and go on (SIGCONT). Each test waits for the lease, 6 s: all at once. */
import { describe, it } from 'vitest'
import { type Failure, linked, Stage, type TellingProcess } from './processes.js'

const WITHDRAWN: Failure = { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' }

const answerOf = (service: TellingProcess) => ({ product: 42, by: service.pid })

/** How the connections of a process have ended. */
const ends = ({ told }: TellingProcess): readonly unknown[] =>
  told.all.filter(({ event, state }) => event === 'connection' && state === 'inactive').map(({ reason }) => reason)

describe.concurrent('a process that is stopped', () => {
  it('counts as lost when its lease is over, blames nobody when it goes on, and comes back', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server(stage.address('hub'))
    const [service, client] = [stage.service(server.address), stage.client(server.address)]
    await linked(server, service, client)
    await client.ask('lookup')
    const id = await service.ask('process')
    const failure = client.failureOf('hang', 'one')
    await service.told.next({ event: 'begun', what: 'one' })
    service.signal('SIGSTOP')
    await server.connection('inactive', { process: id, reason: 'timeout' })
    expect(await failure).toEqual(WITHDRAWN)
    await client.told.next({ event: 'service', status: 'withdrawn', name: 'math', reason: 'unreachable' })
    service.signal('SIGCONT')
    await service.connection('inactive')
    await service.told.next({ event: 'aborted', what: 'one' })
    await server.connection('active', { process: id })
    await client.told.next({ event: 'service', status: 'available', name: 'math' })
    expect(await client.ask('multiply', 6, 7)).toEqual(answerOf(service))
    expect({ service: ends(service), client: ends(client), server: ends(server) }).toEqual({
      service: ['lost'],
      client: [],
      server: ['timeout'],
    })
  })

  it('and is the server: its clients lose each other, and find each other when it goes on', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server('0')
    const [service, client] = [stage.service(server.address), stage.client(server.address)]
    await linked(server, service, client)
    await client.ask('lookup')
    const failure = client.failureOf('hang', 'one')
    await service.told.next({ event: 'begun', what: 'one' })
    server.signal('SIGSTOP')
    await Promise.all([client, service].map((one) => one.connection('inactive', { reason: 'timeout' })))
    expect(await failure).toEqual(WITHDRAWN)
    await service.told.next({ event: 'aborted', what: 'one' })
    // Its socket still takes connections, over which nothing is said.
    await client.connection('failed', { reason: 'timeout' })
    server.signal('SIGCONT')
    await client.told.next({ event: 'service', status: 'withdrawn', name: 'math' })
    await client.told.next({ event: 'service', status: 'available', name: 'math' })
    expect(await client.ask('multiply', 6, 7)).toEqual(answerOf(service))
    expect(ends(server)).not.toContain('timeout')
  })

  it('and watches another that is stopped as long: neither blames the other', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server(stage.address('hub'))
    const [service, witness] = [stage.service(server.address), stage.client(server.address)]
    const [id, client] = [await service.ask('process'), stage.client(server.address)]
    await linked(server, service, client, witness)
    await Promise.all([client.ask('lookup'), witness.ask('lookup')])
    // Nothing becomes of this one before the end of the test.
    client.ask('hang', 'one').catch(() => undefined)
    await service.told.next({ event: 'begun', what: 'one' })
    for (const one of [server, service, client]) one.signal('SIGSTOP')
    await witness.connection('inactive', { reason: 'timeout' })
    for (const one of [server, service, client]) one.signal('SIGCONT')
    await server.connection('inactive')
    await witness.told.next({ event: 'service', status: 'withdrawn', name: 'math' })
    await witness.told.next({ event: 'service', status: 'available', name: 'math' })
    expect([await witness.ask('multiply', 6, 7), await client.ask('multiply', 6, 7)]).toEqual([answerOf(service), answerOf(service)])
    expect(server.told.all.filter(({ process, state }) => process === id && state === 'inactive')).toEqual([])
    expect({ server: ends(server), service: ends(service), client: ends(client) }).toEqual({ server: ['lost'], service: [], client: [] })
    expect(service.told.all.filter(({ event }) => event === 'aborted')).toEqual([])
  })
})
