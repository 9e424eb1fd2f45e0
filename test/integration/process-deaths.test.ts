/** The ends of processes that are not asked for. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Remote, System } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Doomed, Hermit, Mayfly } from './fixtures/hermit.js'
import { collectChildren } from './support/children.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { processHasEnded } from './support/program.js'
import { makeFolder } from './support/project.js'
import { addsUp } from './support/sums.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

type HermitRemote = Remote<typeof Hermit>

/** What is lost with its process stays lost. */
const STOPS = { supervision: { onFailure: 'stop' } } as const

const GONE = { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' } as const

/** How a process ends, and what is said of it. */
const WAYS = [
  ['abort', 'signal SIGABRT'],
  ['exit', 'exit code 3'],
  ['zero', 'exit code 0'],
  ['throw', 'an error that nothing caught'],
  ['reject', 'an error that nothing caught'],
  ['kill', 'signal SIGKILL'],
  ['segfault', 'signal SIGSEGV'],
  ['memory', 'signal SIGABRT'],
  ['disconnect', 'exit code 0'],
] as const

/** What a system hears of services of a name. */
function hearing(system: System, name: string): string[] {
  const seen: string[] = []
  system.announcements({ name }, ({ status, reason }) => void seen.push(`${status}${reason === undefined ? '' : ` ${reason}`}`))
  return seen
}

async function scene(options: Parameters<typeof startSystem>[0] = {}) {
  const system = await startSystem({ threads: 2, timeoutMs: 20_000, ...options })
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  return { system, bench, witness: makeWitness(system) }
}

const errorsOf = (records: Awaited<ReturnType<typeof startSystem>>['records']): readonly string[] =>
  records.filter(({ level }) => level === 'error').map(({ message }) => message)

describe.each(WAYS)('a process that ends by %s', (how, why) => {
  it('fails the calls into it at once, is logged once, and its actor is started again in a fresh one, with its id', async () => {
    const { system, bench } = await scene({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const seen = hearing(system, 'hermit')
    const hermit = await system.spawn(Hermit)
    const other = await system.spawn(Hermit, { name: 'other' })
    const [pid, { id }] = [await hermit.pid(), hermit.$.binding]
    const ending = failureOf(hermit.end(how))
    const calls = [failureOf(hermit.echo('queued')), failureOf(bench.ask(hermit, 'echo', 1)), failureOf(other.ask(hermit, 'echo', 1))]
    expect(await ending).toMatchObject(GONE)
    for (const failure of await Promise.all(calls))
      expect(failure.code).toMatch(/^ERR_(SERVICE_WITHDRAWN|SERVICE_UNAVAILABLE|APPLICATION)$/)
    await processHasEnded(pid)
    await eventually(() => seen.length >= 3, 'it is available again')
    expect(seen).toEqual(['available', 'withdrawn crashed', 'available'])
    await eventually(async () => (await bench.ask(hermit, 'add', 1, 2).catch(() => 0)) === 3, 'a worker reaches it')
    await eventually(async () => (await other.failureOf(hermit, 'pid')) === 'answered', 'another process reaches it')
    expect([await hermit.id(), (await hermit.pid()) === pid]).toEqual([id, false])
    expect(errorsOf(system.records)).toEqual([`thread 3 (process ${pid}) ended with ${why}; its actors are gone`])
    await addsUp(system)
  })
})

it('the error that ended a process is logged as it was', async () => {
  const { system } = await scene()
  const hermit = await system.spawn(Hermit, STOPS)
  expect(await failureOf(hermit.end('throw'))).toMatchObject(GONE)
  await eventually(() => system.records.length > 0, 'the death is logged')
  const error = system.records[0]?.fields?.['error'] as Error
  expect(error).toMatchObject({ name: 'Error', message: 'thrown where nothing catches it', code: 'ECODE' })
  expect(error.stack).toContain('hermit.js')
})

it('a program that catches what nothing else does goes on', async () => {
  const { system } = await scene()
  const hermit = await system.spawn(Hermit)
  const pid = await hermit.pid()
  expect(await hermit.survive()).toBe('caught after all')
  expect(await hermit.pid()).toBe(pid)
  expect(system.records).toEqual([])
})

it('the death of a process leaves nobody waiting, at whatever stage', async () => {
  const { system, bench, witness } = await scene()
  const hermit = await system.spawn(Hermit, STOPS)
  const sibling = (await hermit.spawnHermit({ host: 'inline', name: 'sibling' })) as HermitRemote
  const other = await system.spawn(Hermit, { name: 'other' })
  const streaming = async (): Promise<void> => {
    for await (const _ of hermit.numbers(Number.POSITIVE_INFINITY)) await new Promise<void>((resolve) => void setImmediate(resolve))
  }
  const watching = [bench.watchEnd(hermit), other.watchEnd(sibling)]
  const pid = await hermit.pid()
  const streams = failureOf(streaming())
  const running = [failureOf(hermit.hang(witness.remote)), failureOf(sibling.hang(witness.remote))]
  expect([await witness.next(), await witness.next()]).toEqual(['begun', 'begun'])
  const waiting = [failureOf(hermit.echo(1)), failureOf(other.ask(hermit, 'echo', 1)), failureOf(hermit.$.offer.see(1))]
  const stopping = sibling.$.stop({ drainMs: 60_000 })
  const spawning = failureOf(hermit.spawnHermit({ host: { thread: 2 }, name: 'never' }))
  process.kill(pid, 'SIGKILL')
  for (const failure of await Promise.all([...running, ...waiting])) expect(failure.code).toMatch(/^ERR_(SERVICE_WITHDRAWN|APPLICATION)$/)
  expect(await streams).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
  expect(await Promise.all(watching)).toEqual(['crashed', 'crashed'])
  expect(await spawning).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
  await stopping
  expect(await failureOf(hermit.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(system.tryLookup('hermit')).toBeUndefined()
  await addsUp(system)
})

describe('what is counted after the death of a process', () => {
  it('is everything that was sent: what it had not told of is lost', async () => {
    const { system, bench } = await scene()
    const folder = makeFolder()
    const [begun, gate] = [join(folder, 'begun'), join(folder, 'gate')]
    const hermit = await system.spawn(Hermit, STOPS)
    await hermit.see(0)
    const blocked = failureOf(hermit.blockAndEnd(begun, gate, 'kill'))
    await eventually(() => existsSync(begun), 'the process is blocked')
    for (let i = 0; i < 10; i++) hermit.$.tell.see(i)
    const asked = failureOf(bench.ask(hermit, 'echo', 1))
    await eventually(() => (system.stats().links.find(({ from, to }) => from === 1 && to === 3)?.sent ?? 0) === 1, 'the worker has asked')
    writeFileSync(gate, '')
    expect(await blocked).toMatchObject(GONE)
    expect((await asked).cause).toMatchObject(GONE)
    await addsUp(system)
    const { links, threads, totals } = system.stats()
    // The call that ended it was taken in, which nobody can know any more, unless the process told of it before it was blocked.
    const { sent = 0, received = 0, lost = 0 } = links.find(({ from, to }) => from === 0 && to === 3) ?? {}
    expect([sent, received + lost, received === 1 || received === 2]).toEqual([12, 12, true])
    expect(links).toContainEqual({ from: 1, to: 3, sent: 1, received: 0, lost: 1 })
    await eventually(() => system.stats().threads[3]?.actors === 0, 'its actor is gone')
    expect(threads[3]).toMatchObject({ mailboxDepth: 0 })
    expect((threads[3]?.delivered ?? 0) + (totals.dropped['link-lost'] ?? 0)).toBe(13)
    expect(totals).toMatchObject({ inFlight: 0, mailboxDepth: 0 })
  })

  it('includes what it told as it ended, when it saw its end coming', async () => {
    const { system, bench } = await scene()
    const hermit = await system.spawn(Hermit, STOPS)
    expect(await failureOf(hermit.tellAndExit(bench, 10))).toMatchObject(GONE)
    await eventually(() => system.records.length > 0, 'the death is logged')
    await addsUp(system)
    const { links, threads } = system.stats()
    expect(threads[3]).toMatchObject({ sent: 20, delivered: 1, dropped: expect.objectContaining({ 'link-lost': 20 }) })
    expect(links).toContainEqual({ from: 3, to: 1, sent: 10, received: 0, lost: 10 })
    expect(links).toContainEqual({ from: 0, to: 3, sent: 1, received: 1, lost: 0 })
  })

  it('adds up over all lives of a slot', async () => {
    const { system } = await scene()
    const hermit = await system.spawn(Hermit)
    for (let i = 0; i < 3; i++) {
      await eventually(async () => (await hermit.add(i, 1).catch(() => -1)) === i + 1, 'it answers')
      await failureOf(hermit.end('exit'))
    }
    await eventually(async () => (await hermit.add(1, 1).catch(() => 0)) === 2, 'it answers')
    await addsUp(system)
    expect(system.stats().totals).toMatchObject({ actors: 3, mailboxDepth: 0, inFlight: 0 })
  })

  it('adds up for a process when a thread dies that it talks with', async () => {
    const { system, bench } = await scene()
    const hermit = await system.spawn(Hermit)
    const victim = await system.spawn(Hermit, { ...STOPS, host: { thread: 1 }, name: 'victim' })
    // Before it hangs: whoever asks it later may come first.
    await victim.tells(hermit, 100)
    const witness = makeWitness(system)
    const asking = hermit.failureOf(victim, 'hang', witness.remote)
    await witness.next()
    await failureOf(bench.endThread('exit'))
    expect(await asking).toMatchObject(GONE)
    expect(await hermit.failureOf(victim, 'pid')).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    await addsUp(system)
    const lost = system.stats().links.filter(({ from, to }) => (from === 3 && to === 1) || (from === 1 && to === 3))
    for (const { sent, received, lost: missing } of lost) expect(sent).toBe(received + missing)
  })

  it('adds up when of two processes that talk with each other both die', async () => {
    const { system } = await scene()
    const one = await system.spawn(Hermit, STOPS)
    const two = await system.spawn(Hermit, { ...STOPS, name: 'two' })
    const asking = failureOf(one.ask(two, 'ask', one, 'pid'))
    const pids = [await two.pid(), await system.spawn(Hermit, { name: 'three' }).then((three) => three.ask(two, 'pid'))]
    expect(pids[0]).toBe(pids[1])
    one.$.tell.tells(two, 1000)
    process.kill(pids[0] as number, 'SIGKILL')
    await eventually(() => system.tryLookup('two') === undefined, 'the second is gone')
    process.kill((await one.pid().catch(() => 0)) as number, 'SIGKILL')
    await eventually(() => system.tryLookup('hermit') === undefined, 'the first is gone')
    await asking
    await addsUp(system)
  })
})

describe('a process that does not get to run its actor', () => {
  it('fails the spawn when it ends while its actor begins, and is not started again', async () => {
    const children = collectChildren()
    const { system } = await scene()
    for (const how of ['exit', 'abort', 'throw'] as const) {
      const error = await errorOf(system.spawn(Doomed, { init: how }))
      expect(error.message).toMatch(/thread [345] has ended/)
    }
    expect(children).toHaveLength(3)
    await eventually(() => errorsOf(system.records).length === 3, 'each death is logged')
    await addsUp(system)
  })

  it('is given up when it ends again and again', async () => {
    const children = collectChildren()
    const { system } = await scene()
    const ends: string[] = []
    const supervision = { budget: { restarts: 2, withinMs: 60_000 }, backoff: { minMs: 1, maxMs: 2 } }
    const mayfly = await system.spawn(Mayfly, { init: 'kill', supervision })
    system.watch(mayfly, ({ reason }) => void ends.push(reason))
    await eventually(() => ends.length > 0, 'it is given up')
    expect(ends).toEqual(['crashed'])
    expect(children).toHaveLength(3)
  })

  it('that cannot be started says so', async () => {
    const { system } = await scene()
    const { execPath } = process
    process.execPath = join(makeFolder(), 'no-node')
    const failing = errorOf(system.spawn(Hermit))
    process.execPath = execPath
    expect((await failing).message).toMatch(/^thread 3 \(process not started\) ended while it loaded .*hermit\.js: spawn .*ENOENT/)
    expect(await (await system.spawn(Hermit)).add(1, 2)).toBe(3)
    expect(system.records).toEqual([])
  })
})

describe('a process that is paused', () => {
  it('lets calls run into their deadlines, and goes on where it was', async () => {
    const { system, bench } = await scene()
    const hermit = await system.spawn(Hermit)
    const pid = await hermit.pid()
    process.kill(pid, 'SIGSTOP')
    for (let i = 0; i < 10; i++) hermit.$.tell.see(i)
    expect(await failureOf(hermit.$.with({ timeoutMs: 50 }).echo(1))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(await bench.echo('others go on')).toBe('others go on')
    const waiting = hermit.seen()
    process.kill(pid, 'SIGCONT')
    expect(await waiting).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await addsUp(system)
  })

  it('takes in what waits for it, no more than a link holds; what was refused is counted', async () => {
    const { system, bench } = await scene()
    const hermit = await system.spawn(Hermit, { mailbox: { capacity: 1_000_000 } })
    const pid = await hermit.pid()
    process.kill(pid, 'SIGSTOP')
    const answers = Array.from({ length: 70_000 }, (_, i) => hermit.$.tell.see(i))
    expect(new Set(answers)).toEqual(new Set(['accepted', 'dropped']))
    const accepted = answers.filter((answer) => answer === 'accepted').length
    const calls = [hermit.add(1, 2), bench.ask(hermit, 'add', 3, 4)]
    process.kill(pid, 'SIGCONT')
    expect(await Promise.all(calls)).toEqual([3, 7])
    expect(await hermit.seen()).toHaveLength(accepted)
    await addsUp(system)
    expect(system.stats().totals.dropped).toMatchObject({ 'link-full': 70_000 - accepted })
  })
})
