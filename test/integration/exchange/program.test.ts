/** The program `troupe` as users start it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { linked, Stage, type TellingProcess } from './processes.js'

const lines = ({ told }: TellingProcess): readonly unknown[] => told.all.map(({ line }) => line)

describe.concurrent('troupe exchange', () => {
  it('prints a line for each address and each event, and ends in good order at a signal', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const address = stage.address('hub')
    const server = stage.program(['--listen', address, '--listen', '0', '--group', 'web'])
    const client = stage.peer('client', { group: 'web', connect: [address] })
    const id = await client.ask('process')
    await client.connection('active')
    await server.told.find('has a connection', ({ line }) => String(line).startsWith('active'))
    server.signal('SIGTERM')
    expect(await server.ended).toBe(0)
    await client.connection('inactive', { reason: 'closed' })
    expect(lines(server)).toEqual([
      `listening: ${address}, group "web"`,
      expect.stringMatching(/^listening: tcp:\/\/127\.0\.0\.1:(\d+), port \1, group "web"$/),
      `active: unix:, process ${id}, group "web"`,
      `inactive: unix:, process ${id}, group "web", closed (one side has closed it)`,
    ])
    expect(server.stderr).toBe('[troupe] info: SIGTERM: stopping; once more ends the process at once\n')
  })

  it('that ends while calls are on their way over it fails them, and is come back to', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server(stage.address('hub'))
    const [service, client] = [stage.service(server.address), stage.client(server.address)]
    await linked(server, service, client)
    await client.ask('lookup')
    const failure = client.failureOf('hang', 'one')
    await service.told.next({ event: 'begun', what: 'one' })
    server.signal('SIGINT')
    expect(await failure).toEqual({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await server.ended).toBe(0)
    for (const one of [client, service]) await one.connection('inactive', { reason: 'closed' })
    const again = await stage.server(server.address)
    await client.told.next({ event: 'service', status: 'withdrawn', name: 'math' })
    await client.told.next({ event: 'service', status: 'available', name: 'math' })
    expect(await client.ask('multiply', 6, 7)).toEqual({ product: 42, by: service.pid })
    expect(again.stderr).toBe('')
  })

  it('ends at once at a second signal', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server(stage.address('hub'))
    const client = stage.client(server.address)
    await server.connection('active')
    // A peer that takes no leave holds up the end, and signals that wait come one behind the other.
    client.signal('SIGSTOP')
    server.signal('SIGSTOP')
    server.signal('SIGINT')
    server.signal('SIGTERM')
    server.signal('SIGCONT')
    expect(['SIGINT', 'SIGTERM']).toContain(await server.ended)
  })

  it('says in one line of JSON what others are told in words', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const server = await stage.server('tcp://127.0.0.1:0')
    const client = stage.client(server.address)
    const process = await client.ask('process')
    const { localAddress } = await client.connection('active')
    const { time, ...event } = await server.connection('active')
    expect(event).toEqual({
      event: 'connection',
      state: 'active',
      group: '',
      process,
      remoteAddress: localAddress,
      localAddress: server.address,
    })
    expect(new Date(time as string).toISOString()).toBe(time)
    server.signal('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(JSON.parse(server.stderr)).toMatchObject({ event: 'log', level: 'info', message: expect.stringContaining('SIGTERM') })
  })

  it('takes its secret from the environment', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const address = stage.address('hub')
    const server = stage.program(['--listen', address], { TROUPE_SECRET: 'hidden' })
    const client = stage.peer('client', { connect: [address], secret: 'hidden' })
    await client.connection('active')
    expect(lines(server).join()).not.toContain('hidden')
  })
})

describe.concurrent('troupe exchange that cannot begin', () => {
  it('ends with 1 where somebody else listens', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const first = await stage.server('0')
    const second = stage.program(['--listen', first.address])
    expect(await second.ended).toBe(1)
    const advice = 'it is in use; give another address, or end whoever listens there'
    expect(second.stderr).toBe(`troupe exchange: cannot listen at ${first.address}: ${advice}\n`)
  })

  it('ends with 1 when its only attempt to connect fails', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const program = stage.program(['--client', '--connect', stage.address('nobody'), '--retry-delay', 'never'])
    expect(await program.ended).toBe(1)
    expect(lines(program)).toEqual([expect.stringMatching(/^failed: unix:.*, default group, connect ENOENT/)])
    expect(program.stderr).toBe('troupe exchange: no connection is left, and none is tried again\n')
  })

  it('ends with 2 and one line that says what to do where its input is wrong', async ({ onTestFinished, expect }) => {
    const stage = new Stage(onTestFinished)
    const empty = join(stage.folder, 'empty')
    writeFileSync(empty, '\n')
    const wrong = [
      [[], 'troupe: nothing to do: give --listen ADDRESS, --connect ADDRESS or both\n'],
      [['--listen', '1', '--secret-file', empty], `troupe exchange: --secret-file ${empty} is empty: put the secret into it\n`],
      [
        ['--listen', '1', '--secret-file', '/no'],
        'troupe exchange: --secret-file /no cannot be read (ENOENT): give a file that this user may read\n',
      ],
      [['--listen', '1', '--group', 'a\nb'], expect.stringMatching(/^troupe exchange: createExchange\(\): group is "a\\nb"; give .*\n$/)],
    ] as const
    const programs = wrong.map(([args]) => stage.program(args))
    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([2, 2, 2, 2])
    expect(programs.map(({ stderr }) => stderr)).toEqual(wrong.map(([, stderr]) => stderr))
  })
})
