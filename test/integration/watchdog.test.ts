import type { Remote, System, SystemOptions } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { startDialog } from './support/dialog.js'
import { eventually, failureOf } from './support/outcomes.js'
import { type LogRecord, startSystem } from './support/systems.js'

type Watched = System & { readonly records: LogRecord[] }

interface Holder {
  readonly system: Watched
  readonly bench: Remote<typeof Bench>
  /** Holds the thread until the returned function is called. */
  hold(): Promise<() => Promise<void>>
}

async function startHolder(options: SystemOptions = {}): Promise<Holder> {
  const system = await startSystem({ threads: 1, timeoutMs: Number.POSITIVE_INFINITY, blockedWarnMs: 100, ...options })
  const bench = await system.spawn(Bench)
  return {
    system,
    bench,
    async hold() {
      const gate = new Int32Array(new SharedArrayBuffer(8))
      const held = bench.block(gate).catch(() => undefined)
      await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is held')
      return async () => {
        Atomics.store(gate, 0, 1)
        Atomics.notify(gate, 0)
        await held
      }
    },
  }
}

const textsOf = ({ records }: Watched): readonly string[] => records.map(({ message }) => message)
const says = (system: Watched, text: RegExp): Promise<void> =>
  eventually(() => textsOf(system).some((message) => text.test(message)), `${text} is logged; there is: ${textsOf(system).join(' | ')}`)

/** Resolves when about so much time has passed: a watchdog that looks after something else says so. */
async function timeHasPassed(ms: number): Promise<void> {
  const { system, hold } = await startHolder({ blockedWarnMs: ms })
  const letGo = await hold()
  await says(system, /has held thread 1/)
  await letGo()
}

describe('the watchdog', () => {
  it('names the actor that holds a worker thread, and its method, again and again, and says when it lets go', async () => {
    const { system, bench, hold } = await startHolder()
    const letGo = await hold()
    await eventually(() => system.records.length >= 3, 'it has warned three times')
    const warnings = system.records.slice(0, 3)
    expect(warnings.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn'])
    for (const { message, fields } of warnings) {
      expect(message).toMatch(/^service "bench": block\(\) has held thread 1 for .* m?s; nothing else runs there meanwhile$/)
      expect(fields).toMatchObject({ thread: 1, actor: bench.$.binding.id, method: 'block()' })
    }
    const times = warnings.map(({ fields }) => Number(fields?.['heldMs']))
    expect(times[0]).toBeGreaterThanOrEqual(100)
    expect(times[1]).toBeGreaterThanOrEqual(200)
    expect(times[2]).toBeGreaterThanOrEqual(400)
    await letGo()
    await says(system, /^service "bench": block\(\) has let go of thread 1 after/)
    expect(await bench.echo('goes on')).toBe('goes on')
  })

  it.each([
    ['false', false],
    ['Infinity', Number.POSITIVE_INFINITY],
  ] as const)('says nothing with blockedWarnMs: %s', async (_, blockedWarnMs) => {
    const { system, hold } = await startHolder({ blockedWarnMs })
    const letGo = await hold()
    await timeHasPassed(300)
    await letGo()
    expect(textsOf(system)).toEqual([])
  })

  it('ends a thread that is held for longer than blockedEndMs, which is a death like any other', async () => {
    const { system, bench } = await startHolder({ blockedWarnMs: false, blockedEndMs: 200 })
    const gate = new Int32Array(new SharedArrayBuffer(8))
    expect(await failureOf(bench.block(gate))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    await says(system, /^thread 1 was ended: service "bench": block\(\) has held it for .* \(blockedEndMs\); its actors are gone$/)
    // It is supervised: it comes back on a new thread.
    await eventually(() => system.tryLookup('bench') !== undefined, 'it is back')
    expect(await bench.thread()).toBe(1)
  })

  it('of thread 0 is a worker, whose warning shows at once', async () => {
    const program = startDialog('held.js', ['at once'])
    await program.hears('ready')
    await program.hears(': read() has held thread 0 for')
    program.says('\n')
    await program.hears('done')
    expect(await program.ended).toBe(0)
    expect(program.stderr).toMatch(/\[troupe\] warn: actor 0\.\w+@\w+: read\(\) has held thread 0 for .* m?s; nothing else runs there/)
  })

  it('accuses nobody of what follows an await, and names who awaited', async () => {
    const program = startDialog('held.js', ['awaits'])
    await program.hears('thread 0 has been held for')
    program.says('\n')
    await program.hears('done')
    expect(await program.ended).toBe(0)
    expect(program.stderr).toMatch(
      /not by the beginning of a turn: .* What awaits something there, or has: actor 0\.\w+@\w+: readAfterAwait\(\)/,
    )
  })

  it('blames nobody when the process was paused', async () => {
    const program = startDialog('held.js', ['busy'])
    await program.hears('ready')
    program.process.kill('SIGSTOP')
    await timeHasPassed(2500)
    program.process.kill('SIGCONT')
    // It looks again, more than once.
    await timeHasPassed(1100)
    program.says('\n')
    await program.hears('done')
    expect(program.stderr).not.toMatch(/held/)
  }, 40_000)

  it('is silent while a debugger can stop the threads', async () => {
    const program = startDialog('held.js', ['at once'], ['--inspect=127.0.0.1:0'])
    await program.hears('ready')
    await timeHasPassed(500)
    program.says('\n')
    await program.hears('done')
    expect(program.stderr).toContain('Debugger listening')
    expect(program.stderr).not.toContain('has held')
  })

  it('refuses limits that are none', async () => {
    for (const wrong of [0, -1, '1000', true]) {
      await expect(startSystem({ blockedWarnMs: wrong as number })).rejects.toThrow(
        /createSystem\(\): blockedWarnMs is .*; give more than 0/,
      )
      await expect(startSystem({ blockedEndMs: wrong as number })).rejects.toThrow(/createSystem\(\): blockedEndMs is .*; give more than 0/)
    }
  })
})

describe('stats() of each thread', () => {
  it('tells the delay and the load of its event loop and its heap', async () => {
    const { system, hold } = await startHolder({ blockedWarnMs: 100 })
    const [main, worker] = system.stats().threads
    for (const one of [main, worker]) {
      expect(one?.heapUsedBytes).toBeGreaterThan(1_000_000)
      expect(one?.heapLimitBytes).toBeGreaterThan(one?.heapUsedBytes ?? 0)
      expect(one?.eventLoopUtilization).toBeGreaterThanOrEqual(0)
      expect(one?.eventLoopUtilization).toBeLessThanOrEqual(1)
    }
    const letGo = await hold()
    await says(system, /has held thread 1/)
    // While it is held, and afterwards.
    expect(system.stats().threads[1]?.eventLoopDelayMs).toBeGreaterThanOrEqual(100)
    await letGo()
    await says(system, /has let go/)
    expect(system.stats().threads[1]?.eventLoopDelayMs).toBeGreaterThanOrEqual(100)
  })

  it('tells what its heap may grow to', async () => {
    const { system } = await startHolder({ resourceLimits: { maxOldGenerationSizeMb: 64 } })
    const { heapLimitBytes } = system.stats().threads[1] ?? { heapLimitBytes: 0 }
    expect(heapLimitBytes).toBeGreaterThan(32 * 2 ** 20)
    expect(heapLimitBytes).toBeLessThan(256 * 2 ** 20)
  })

  it('tells the same of a process of its own, which names by itself what has held it, afterwards', async () => {
    const system = await startSystem({ threads: 1, timeoutMs: Number.POSITIVE_INFINITY, blockedWarnMs: 100 })
    const bench = await system.spawn(Bench, { host: 'process' })
    const at = await bench.thread()
    const health = () => system.stats().threads.find(({ thread }) => thread === at)
    await eventually(() => (health()?.heapUsedBytes ?? 0) > 1_000_000, 'it has told of its heap')
    expect(health()?.heapLimitBytes).toBeGreaterThan(health()?.heapUsedBytes ?? 0)
    await bench.spin(300)
    await says(system, new RegExp(`^service "bench": spin\\(\\) held thread ${at} for .* ms; nothing else ran there meanwhile$`))
    await eventually(() => (health()?.eventLoopDelayMs ?? 0) >= 300, 'it has told of the delay')
  })

  it('tells nothing of a thread that has not started, or has ended', async () => {
    const system = await startSystem({ threads: 2 })
    const bench = await system.spawn(Bench, { host: { thread: 1 }, supervision: { onFailure: 'stop' } })
    const nothing = { eventLoopDelayMs: 0, eventLoopUtilization: 0, heapUsedBytes: 0, heapLimitBytes: 0 }
    expect(system.stats().threads[2]).toMatchObject(nothing)
    await failureOf(bench.endThread('exit'))
    await says(system, /thread 1 ended/)
    expect(system.stats().threads[1]).toMatchObject(nothing)
  })
})
