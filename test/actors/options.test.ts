import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  DEFAULT_MAILBOX,
  DEFAULT_SUPERVISION,
  definitionOptions,
  lightSpawnOptions,
  parseOptions,
  poolOptions,
  spawnOptions,
  systemOptions,
} from '../../src/actors/options.js'
import { quote } from '../../src/actors/quote.js'

type Row = [value: unknown, message: string]

function refuses<T>(schema: z.ZodType<T>, action: string, rows: readonly Row[]): void {
  it.each(rows)(`parseOptions() of ${action} refuses %o`, (value, message) => {
    const parse = () => parseOptions(schema, value, action)
    expect(parse).toThrow(TypeError)
    expect(parse).toThrow(`${action}: ${message}`)
  })
}

describe('parseOptions()', () => {
  it('parseOptions() gives nothing for nothing, and leaves out what is undefined', () => {
    expect(parseOptions(systemOptions, undefined, 'createSystem()')).toEqual({})
    const parsed = parseOptions(spawnOptions, { name: undefined, mailbox: { capacity: undefined } }, 'spawn()')
    expect(Object.keys(parsed)).toEqual(['mailbox'])
    expect(Object.keys(parsed.mailbox ?? {})).toEqual([])
  })

  it('parseOptions() freezes what it gives and leaves what it was given alone', () => {
    const given = { mailbox: { capacity: 3 } }
    const parsed = parseOptions(definitionOptions, given, 'service()')
    expect(parsed).toEqual(given)
    expect(Object.isFrozen(parsed) && Object.isFrozen(parsed.mailbox)).toBe(true)
    expect(Object.isFrozen(given)).toBe(false)
  })

  it('parseOptions() passes init, functions and signals through untouched', () => {
    const init = { limit: 3, self: null as unknown }
    init.self = init
    const { signal } = new AbortController()
    const onFailure = () => 'stop' as const
    const hash = () => 'x'
    const parsed = parseOptions(poolOptions, { size: 2, init, signal, supervision: { onFailure }, route: { hash } }, 'pool()')
    expect(parsed.init).toBe(init)
    expect(parsed.signal).toBe(signal)
    expect(parsed.supervision?.onFailure).toBe(onFailure)
    expect(parsed.route).toEqual({ hash })
  })

  it('parseOptions() takes all that is documented', () => {
    const port = { now: () => 1, wall: () => 1, next: () => 1, debug() {}, info() {}, warn() {}, error() {} }
    const all = {
      ...{ name: 'demo', threads: 0, id: 'p1', audience: '*', timeoutMs: Number.POSITIVE_INFINITY, validate: 'always', strict: true },
      ...{ share: false, log: port, clock: port, random: port, resourceLimits: { stackSizeMb: 4 } },
    }
    expect(parseOptions(systemOptions, all, 'createSystem()')).toEqual(all)
    const spawn = {
      init: 1,
      name: 'x',
      audience: '',
      host: { thread: 3 },
      supervision: DEFAULT_SUPERVISION,
      mailbox: DEFAULT_MAILBOX,
      timeoutMs: 1,
    }
    expect(parseOptions(spawnOptions, spawn, 'spawn()')).toEqual(spawn)
  })

  it('parseOptions() names every wrong value at once', () => {
    expect(() => parseOptions(systemOptions, { threads: -1, name: 3, thread: 1 }, 'createSystem()')).toThrow(
      /^createSystem\(\): name is 3; give a string; threads is -1; give 0 to 256 or 'auto'; thread is no option; the options are name, threads/,
    )
  })

  it('the defaults are frozen through and through', () => {
    expect([DEFAULT_MAILBOX, DEFAULT_SUPERVISION, DEFAULT_SUPERVISION.backoff, DEFAULT_SUPERVISION.budget].every(Object.isFrozen)).toBe(
      true,
    )
    expect(parseOptions(definitionOptions, { supervision: DEFAULT_SUPERVISION, mailbox: DEFAULT_MAILBOX }, 'x')).toBeTruthy()
  })
})

describe('systemOptions', () => {
  refuses(systemOptions, 'createSystem()', [
    [{ threads: -1 }, "threads is -1; give 0 to 256 or 'auto'"],
    [{ threads: 257 }, "threads is 257; give 0 to 256 or 'auto'"],
    [{ threads: 1.5 }, "threads is 1.5; give 0 to 256 or 'auto'"],
    [{ threads: 'all' }, 'threads is "all"; give 0 to 256 or \'auto\''],
    [{ threads: null }, "threads is null; give 0 to 256 or 'auto'"],
    [{ name: '' }, 'name is ""; give at least one character'],
    [{ name: 'a\tb' }, 'name is "a\\tb"; give a string without control characters'],
    [{ id: 7n }, 'id is 7n; give a string'],
    [{ timeoutMs: 0 }, 'timeoutMs is 0; give more than 0'],
    [{ timeoutMs: '5s' }, 'timeoutMs is "5s"; give more than 0 and at most 2147483647 (milliseconds), or Infinity'],
    [{ validate: true }, "validate is true; give 'always', 'boundary' or 'never'"],
    [{ strict: 1 }, 'strict is 1; give true or false'],
    [{ log: console.log }, 'log is a function; give a logger (an object with debug, info, warn, error)'],
    [{ clock: { now: 3 } }, 'clock is { now }; give a clock (an object with now, wall)'],
    [{ random: Math.random }, 'random is a function; give a random source (an object with next)'],
    [{ resourceLimits: { stackMb: 4 } }, 'resourceLimits.stackMb is no option; the options are maxOldGenerationSizeMb'],
    [{ resourceLimits: { stackSizeMb: 0 } }, 'resourceLimits.stackSizeMb is 0; give a number from 1 to 1048576'],
    ['auto', 'options is "auto"; give an object of name, threads'],
    [null, 'options is null; give an object of name'],
  ])
})

describe('definitionOptions', () => {
  refuses(definitionOptions, 'service("x")', [
    [{ audience: 3 }, 'audience is 3; give a string'],
    [{ mailbox: 5 }, 'mailbox is 5; give an object of capacity, overflow'],
    [{ mailbox: { capacity: 0 } }, 'mailbox.capacity is 0; give a whole number from 1 to 10000000'],
    [{ mailbox: { capacity: 10_000_001 } }, 'mailbox.capacity is 10000001; give'],
    [{ mailbox: { overflow: 'drop' } }, "mailbox.overflow is \"drop\"; give 'reject', 'drop-newest', 'drop-oldest' or 'wait'"],
    [{ mailbox: { size: 3 } }, 'mailbox.size is no option; the options are capacity, overflow'],
    [
      { supervision: { onFailure: 'retry' } },
      "supervision.onFailure is \"retry\"; give 'restart', 'resume', 'stop', 'escalate' or a function",
    ],
    [{ supervision: { backoff: { jitter: 2 } } }, 'supervision.backoff.jitter is 2; give a number from 0 to 1'],
    [{ supervision: { backoff: { minMs: 9, maxMs: 5 } } }, 'supervision.backoff.maxMs is 5; give at least minMs'],
    [{ supervision: { backoff: { factor: Number.NaN } } }, 'supervision.backoff.factor is NaN; give a number from 1 to 100'],
    [{ supervision: { budget: { restarts: -1 } } }, 'supervision.budget.restarts is -1; give a whole number from 0'],
    [{ supervision: { startMs: 0 } }, 'supervision.startMs is 0; give more than 0'],
    [{ host: 'outline' }, "host is \"outline\"; give 'auto', 'inline', 'dedicated', 'process' or { thread: n } with n from 0 to 256"],
    [{ host: { thread: -1 } }, 'host is { thread }; give'],
    [{ groups: 'web' }, 'groups is "web"; give an array of names'],
    [{ groups: [''] }, 'groups.0 is ""; give at least one character'],
    [{ visibility: 'no' }, "visibility is \"no\"; give 'visible' or 'hidden'"],
  ])
})

describe('spawnOptions', () => {
  refuses(spawnOptions, 'spawn()', [
    [{ name: '' }, 'name is ""; give at least one character'],
    [{ signal: {} }, 'signal is {}; give an AbortSignal'],
    [{ timeoutMs: -5 }, 'timeoutMs is -5; give more than 0'],
    [{ size: 3 }, 'size is no option; the options are init, supervision, mailbox, name, audience, groups, host, timeoutMs, signal'],
  ])
  refuses(lightSpawnOptions, 'spawn() of a light actor', [[{ name: 'x' }, 'name is no option; the options are init, supervision, mailbox']])
})

describe('poolOptions', () => {
  refuses(poolOptions, 'pool()', [
    [undefined, 'size is missing; give a whole number from 1 to 1000'],
    [{ size: 0 }, 'size is 0; give a whole number from 1 to 1000'],
    [{ size: 1001 }, 'size is 1001; give a whole number from 1 to 1000'],
    [
      { size: 2, route: 'sticky' },
      "route is \"sticky\"; give 'idle', 'round-robin', 'random', 'least-busy' or { hash: (method, args) => string }",
    ],
    [{ size: 2, route: { hash: 'x' } }, 'route is { hash }; give'],
  ])
})

describe('quote()', () => {
  it('quote() shows values short and on one line', () => {
    const values = ['a\n"b"', 3, -0, 7n, undefined, null, Symbol('s'), [1, 2], new Date(0), {}, { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }]
    const shown = [
      '"a\\n\\"b\\""',
      '3',
      '0',
      '7n',
      'undefined',
      'null',
      'Symbol(s)',
      'an array of 2',
      'an instance of Date',
      '{}',
      '{ a, b, c, d, e, … }',
    ]
    expect(values.map(quote)).toEqual(shown)
    expect(quote('x'.repeat(1_000_000))).toHaveLength(81)
    expect(quote(Object.create(null))).toBe('{}')
  })
})
