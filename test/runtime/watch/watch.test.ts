import { describe, expect, it } from 'vitest'
import { actor, service } from '../../../src/actors/define.js'
import type { Remote } from '../../../src/actors/remote-type.js'
import { pass, Rig, type RigOptions, settled, type WatchedThread } from './watched-threads.js'

interface Holding {
  hold: (ms: number) => void
  holdLater: (ms: number) => void
  holdAfterAwait: (ms: number) => Promise<void>
  wait: () => Promise<void>
  onStopHold: (ms: number) => void
  note: () => void
}

interface Alone {
  hold: (ms: number) => void
  note: () => void
  wait: () => Promise<unknown>
  holdAfter: (ms: number) => Promise<void>
}

/** Thread 0 looks at thread 1, where actors hold their thread while time goes on for thread 0. */
async function scene(options: RigOptions = {}): Promise<{
  readonly rig: Rig
  readonly main: WatchedThread
  readonly worker: WatchedThread
  readonly holder: Remote<Holding>
  readonly definition: object
}> {
  const rig = new Rig(options)
  const main = rig.start(0)
  const worker = rig.start(1)
  const definition = service(import.meta, 'holder', (self): Holding => {
    const hold = (ms: number): void => {
      worker.time.hold(ms)
      main.time.pass(ms)
    }
    return {
      hold,
      holdLater: (ms) => void self.after(1, () => hold(ms)),
      async holdAfterAwait(ms) {
        await null
        hold(ms)
      },
      wait: () => new Promise(() => undefined),
      onStopHold: (ms) => self.onStop(() => hold(ms)),
      note: () => undefined,
    }
  })
  const holder = (await worker.spawn(definition)) as Remote<Holding>
  await settled()
  return { rig, main, worker, holder, definition }
}

describe('a watchdog', () => {
  it('names the actor and the method that hold a thread, again at twice the time, and says when it is over', async () => {
    const { rig, main, worker, holder } = await scene()
    await holder.hold(5200)
    await settled()
    worker.time.turn()
    pass(500, main, worker)
    expect(rig.messages).toEqual([
      'service "holder": hold() has held thread 1 for 1.0 s; nothing else runs there meanwhile',
      'service "holder": hold() has held thread 1 for 2.0 s; nothing else runs there meanwhile',
      'service "holder": hold() has held thread 1 for 4.0 s; nothing else runs there meanwhile',
      'service "holder": hold() has let go of thread 1 after 5.2 s',
    ])
    const { id } = holder.$.binding
    expect(rig.lines[0]).toMatchObject({ level: 'warn', fields: { thread: 1, heldMs: 1000, actor: id, method: 'hold()' } })
    expect(rig.lines[3]).toMatchObject({ level: 'info', fields: { thread: 1, heldMs: 5200, actor: id } })
  })

  it('says nothing of what lets go in time', async () => {
    const { rig, main, worker, holder } = await scene()
    for (let i = 0; i < 10; i++) {
      await holder.hold(900)
      await settled()
      worker.time.turn()
      await settled()
    }
    pass(1000, main, worker)
    expect(rig.messages).toEqual([])
  })

  it('names timers, setups, onStop functions, and light actors by their ids', async () => {
    const { rig, worker, holder, main } = await scene()
    const over = async (): Promise<void> => {
      await settled()
      worker.time.turn()
      pass(500, main, worker)
    }
    await holder.holdLater(1600)
    await settled()
    pass(2, main, worker)
    await over()
    const Slow = actor(import.meta, 'slow', () => {
      worker.time.hold(1600)
      main.time.pass(1600)
    })
    await worker.spawn(Slow)
    await over()
    await holder.onStopHold(1600)
    await holder.$.stop()
    await over()
    const light = worker.spawn(
      actor(() => ({
        hold() {
          worker.time.hold(1600)
          main.time.pass(1600)
        },
      })),
    ) as Remote<{ hold: () => void }>
    await light.hold()
    expect(rig.messages.filter((message) => message.includes('has held')).map((message) => message.split(' has held')[0])).toEqual([
      'service "holder": a timer',
      'actor "slow": setup',
      'service "holder": an onStop function',
      `actor ${light.$.binding.id}: hold()`,
    ])
  })

  it('accuses nobody of what follows an await: it names those that await something', async () => {
    const { rig, worker, holder, definition } = await scene()
    const other = (await worker.spawn(definition, { name: 'other' })) as Remote<Holding>
    void other.wait().catch(() => undefined)
    await settled()
    await holder.holdAfterAwait(1600)
    expect(rig.messages).toEqual([
      'thread 1 has been held for 1.0 s, not by the beginning of a turn: by what follows an await, or by a callback of the program. ' +
        'What awaits something there, or has: service "holder": holdAfterAwait(), service "other": wait()',
    ])
    expect(rig.lines[0]?.fields).toEqual({ thread: 1, heldMs: 1000 })
  })

  it('sees what no message has begun', async () => {
    const { rig, main, worker } = await scene()
    pass(400, main, worker)
    worker.time.hold(2000)
    main.time.pass(2000)
    expect(rig.messages).toEqual([
      'thread 1 has been held for 1.0 s, not by the beginning of a turn: by a callback of the program, or by what follows an await',
    ])
    worker.time.turn()
    pass(500, main, worker)
    expect(rig.messages[1]).toMatch(/^thread 1 runs again after/)
  })

  it('names a few of many that await something', async () => {
    const { rig, main, worker } = await scene()
    const waits = actor(() => ({ wait: () => new Promise(() => undefined) }))
    for (let i = 0; i < 10; i++) void (worker.spawn(waits) as Remote<Holding>).wait().catch(() => undefined)
    await settled()
    worker.time.hold(3000)
    main.time.pass(3000)
    expect(rig.messages[0]?.match(/wait\(\)/g)).toHaveLength(5)
    expect(rig.messages[0]).toMatch(/ and others$/)
  })

  it('blames nobody when the process was paused', async () => {
    const { rig, main, worker, holder } = await scene()
    await holder.hold(400)
    await settled()
    worker.time.turn()
    const paused = Promise.resolve().then(() => {
      rig.pausedMs += 60_000
      for (const { time } of [main, worker]) time.hold(60_000)
    })
    // It has a turn about then.
    holder.$.tell.note()
    await paused
    // Thread 0 is the first to go on.
    main.time.turn()
    pass(400, main)
    await settled()
    worker.time.hold(400)
    worker.time.turn()
    pass(10_000, main, worker)
    expect(rig.messages).toEqual([])
  })

  it('is silent while a debugger is attached, which may have stopped the thread', async () => {
    const { rig, holder } = await scene({ debugged: true })
    await holder.hold(5000)
    expect(rig.messages).toEqual([])
  })

  it('ends a thread that is held for longer than it may be', async () => {
    const { rig, holder } = await scene({ limits: { warnMs: Number.POSITIVE_INFINITY, endMs: 3000 } })
    await holder.hold(8000)
    expect(rig.ended).toEqual([['1', 'service "holder": hold() has held it for 3.0 s (blockedEndMs)']])
    expect(rig.messages).toEqual([])
  })

  it('forgets a thread that has ended', async () => {
    const { rig, main, holder } = await scene()
    await holder.hold(1600)
    rig.up.length = 0
    main.time.pass(5000)
    expect(rig.messages).toHaveLength(1)
  })

  it('of thread 0 is the first worker that lives', async () => {
    const rig = new Rig()
    const [main, one, two] = [rig.start(0), rig.start(1), rig.start(2)]
    main.time.hold(1600)
    pass(1600, one, two)
    expect(rig.messages).toHaveLength(1)
    expect(rig.messages[0]).toContain('thread 0 has been held for 1.0 s')
    main.time.turn()
    pass(2000, main, one, two)
    // The first is held as well: the second looks at thread 0 as soon as that is certain.
    main.time.hold(8000)
    one.time.hold(8000)
    pass(8000, two)
    expect(rig.messages.filter((message) => message.includes('thread 0 has been held')).length).toBeGreaterThan(1)
  })
})

describe('thread 0, when nobody looks at it', () => {
  async function alone(
    options: RigOptions = {},
  ): Promise<{ rig: Rig; main: WatchedThread; spawn: () => Remote<Alone>; holder: Remote<Alone>; goOn: () => void }> {
    const rig = new Rig(options)
    const main = rig.start(0)
    let goOn = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const definition = actor(
      (): Alone => ({
        hold: (ms) => main.time.hold(ms),
        note: () => undefined,
        wait: () => new Promise(() => undefined),
        async holdAfter(ms) {
          await gate
          main.time.hold(ms)
        },
      }),
    )
    const spawn = (): Remote<Alone> => main.spawn(definition) as Remote<Alone>
    return { rig, main, spawn, holder: spawn(), goOn }
  }

  it('tells afterwards who held it', async () => {
    const { rig, holder } = await alone()
    await settled()
    await holder.hold(1500)
    await settled()
    expect(rig.messages).toEqual(['actor 0.1@process: hold() held thread 0 for 1.5 s; nothing else ran there meanwhile'])
  })

  it('tells which turn was the last, when there were several', async () => {
    const { rig, holder } = await alone()
    await settled()
    holder.$.tell.hold(1500)
    await holder.note()
    await settled()
    expect(rig.messages).toEqual(['thread 0 was held for 1.5 s by one of 2 turns, the last of which was actor 0.1@process: note()'])
  })

  it('names what awaited something, when no turn began', async () => {
    const { rig, main, holder, goOn } = await alone()
    const held = holder.holdAfter(2000)
    await settled()
    goOn()
    await held
    main.time.turn()
    expect(rig.messages).toEqual([
      'thread 0 was held for 1.5 s, not by the beginning of a turn: by what follows an await, or by a callback of the program. ' +
        'What awaits something there, or has: actor 0.1@process: holdAfter()',
    ])
  })

  it('tells of all that may have held it', async () => {
    const { rig, holder, spawn } = await alone()
    void spawn()
      .wait()
      .catch(() => undefined)
    await settled()
    await holder.hold(2000)
    await settled()
    expect(rig.messages).toEqual([
      'thread 0 was held for 2.0 s by actor 0.1@process: hold(), or by what follows an await, or ' +
        'by a callback of the program. What awaits something there, or has: actor 0.2@process: wait()',
    ])
  })

  it('keeps silent when it used no processor: the process may have been paused', async () => {
    const { rig, holder } = await alone({ cpuShare: 0.05 })
    await settled()
    await holder.hold(5000)
    await settled()
    expect(rig.messages).toEqual([])
  })

  it('tells of what holds it after a time in which nothing happened', async () => {
    const { rig, main, holder } = await alone()
    await settled()
    for (let i = 0; i < 140; i++) {
      rig.pausedMs += 50
      pass(50, main)
    }
    await holder.hold(1500)
    await settled()
    expect(rig.messages).toEqual([expect.stringContaining('hold() held thread 0 for 1.5 s')])
  })
})
