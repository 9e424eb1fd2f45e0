/** Processes that are killed, and started again. */
import { describe, expect, it } from 'vitest'
import { type Failure, linked, Stage, type TellingProcess } from './processes.js'

const WITHDRAWN: Failure = { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' }
const UNAVAILABLE: Failure = { code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' }

type OnFinished = ConstructorParameters<typeof Stage>[0]

/** A server, and a service and a client of it that have found each other. */
async function scene(onFinished: OnFinished, at?: string) {
  const stage = new Stage(onFinished)
  const server = await stage.server(at ?? stage.address('hub'))
  const { address } = server
  const [service, client] = [stage.service(address), stage.client(address)]
  await linked(server, service, client)
  await client.ask('lookup')
  return { stage, server, address, service, client }
}

/** Calls and streams that wait for the service, each of them begun there. */
async function begin(client: TellingProcess, service: TellingProcess): Promise<{ readonly failures: Promise<readonly Failure[]> }> {
  const failures = Promise.all([client.failureOf('hang', 'one'), client.failureOf('hang', 'two'), client.failureOf('count')])
  for (const what of ['one', 'two', 'count'])
    await service.told.find(`begins ${what}`, (told) => told.event === 'begun' && told['what'] === what)
  return { failures }
}

const answerOf = (service: TellingProcess) => ({ product: 42, by: service.pid })

describe('processes of an exchange group', () => {
  it.concurrent.for([
    ['client', 'service', 'server'],
    ['service', 'server', 'client'],
    ['server', 'client', 'service'],
  ] as const)('find each other in whatever order they start: %s, %s, %s', async (order, { onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const address = stage.address('hub')
    const start = {
      client: () => stage.client(address),
      service: () => stage.service(address),
      server: () => stage.program(['--listen', address]),
    }
    const started = new Map(order.map((kind) => [kind, start[kind]()]))
    const [client, service] = [started.get('client') as TellingProcess, started.get('service') as TellingProcess]
    await client.ask('lookup')
    expect(await client.ask('multiply', 6, 7)).toEqual(answerOf(service))
  })
})

describe('a service whose process is killed', () => {
  it('is withdrawn, what waits for it fails, and it answers when it is started again', async ({ onTestFinished }) => {
    const { stage, server, address, service, client } = await scene(onTestFinished)
    const id = await service.ask('process')
    const { failures } = await begin(client, service)
    await service.kill()
    expect(await failures).toEqual([WITHDRAWN, WITHDRAWN, WITHDRAWN])
    await client.told.next({ event: 'service', status: 'withdrawn', name: 'math', reason: 'unreachable' })
    expect(await client.failureOf('multiply', 6, 7)).toEqual(UNAVAILABLE)
    expect(await server.connection('inactive', { process: id })).toMatchObject({ reason: 'lost', group: '' })
    const again = stage.service(address)
    await client.told.next({ event: 'service', status: 'available', name: 'math' })
    await client.ask('lookup')
    expect(await client.ask('multiply', 6, 7)).toEqual(answerOf(again))
  })
})

describe('a client that is killed', () => {
  it('has what it asked for aborted, and gets answers when it is started again', async ({ onTestFinished }) => {
    const { stage, server, address, service, client } = await scene(onTestFinished)
    const id = await client.ask('process')
    const lost = client.failureOf('hang', 'one').catch((error: Error) => error)
    await service.told.next({ event: 'begun', what: 'one' })
    await client.kill()
    await service.told.next({ event: 'aborted', what: 'one' })
    await server.connection('inactive', { process: id })
    expect(await lost).toBeInstanceOf(Error)
    const again = stage.client(address)
    await again.ask('lookup')
    expect(await again.ask('multiply', 6, 7)).toEqual(answerOf(service))
  })
})

describe('a server that is killed', () => {
  it.concurrent.for(['a unix socket', 'a TCP port'])(
    'fails what goes over it; all come back to it at the same address: %s',
    async (where, { onTestFinished, expect }) => {
      const { stage, server, address, service, client } = await scene(onTestFinished, where === 'a TCP port' ? '0' : undefined)
      const { failures } = await begin(client, service)
      await server.kill()
      expect(await failures).toEqual([WITHDRAWN, WITHDRAWN, WITHDRAWN])
      expect(await client.connection('inactive')).toMatchObject({ reason: 'lost', group: '' })
      await client.told.next({ event: 'service', status: 'withdrawn', name: 'math', reason: 'unreachable' })
      await service.connection('inactive', { reason: 'lost' })
      await service.told.next({ event: 'aborted' })
      expect(await client.failureOf('multiply', 6, 7)).toEqual(UNAVAILABLE)
      // They find that nobody is there before somebody is.
      await Promise.all([client.connection('failed'), service.connection('failed')])
      await stage.server(address)
      await Promise.all([client.connection('active'), service.connection('active')])
      await client.told.next({ event: 'service', status: 'available', name: 'math' })
      // By the Remote that it has held since before.
      expect(await client.ask('multiply', 6, 7)).toEqual(answerOf(service))
    },
  )

  it('touches nobody but its own clients', async ({ onTestFinished }) => {
    const stage = new Stage(onTestFinished)
    const [one, two] = [stage.address('one'), stage.address('two')]
    const first = await stage.server(one)
    const second = await stage.server(two, '--connect', one)
    const [service, near, far] = [stage.service(two), stage.client(two), stage.client(one)]
    await Promise.all([linked(first, far), linked(second, service, near)])
    await Promise.all([near.ask('lookup'), far.ask('lookup')])
    expect(await far.ask('multiply', 6, 7)).toEqual(answerOf(service))
    const waiting = far.failureOf('hang', 'far')
    // Nothing becomes of this one before the end of the test.
    near.ask('hang', 'near').catch(() => undefined)
    for (const what of ['near', 'far']) await service.told.find(`begins ${what}`, (told) => told.event === 'begun' && told['what'] === what)
    await first.kill()
    expect(await waiting).toEqual(WITHDRAWN)
    await service.told.next({ event: 'aborted', what: 'far' })
    expect(await near.ask('multiply', 6, 7)).toEqual(answerOf(service))
    await stage.server(one)
    await far.told.next({ event: 'service', status: 'withdrawn', name: 'math' })
    await far.told.next({ event: 'service', status: 'available', name: 'math' })
    expect(await far.ask('multiply', 6, 7)).toEqual(answerOf(service))
    expect(
      [near, service].flatMap(({ told }) => told.all.filter(({ event, state }) => event === 'connection' && state !== 'active')),
    ).toEqual([])
    expect(service.told.all.filter(({ event }) => event === 'aborted')).toEqual([{ event: 'aborted', what: 'far' }])
  })
})
