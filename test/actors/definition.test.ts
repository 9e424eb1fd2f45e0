import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service, task } from '../../src/actors/define.js'
import { type DefinitionRecord, definitionRecord, definitionsOf, findDefinition, MAX_EQUALS } from '../../src/actors/definition.js'

const api = contract('math', { methods: { double: method(z.number(), z.number()) } })
const double = () => ({ double: (x: number) => x * 2 })
const nothing = () => {}

/** `import.meta` of a module that is evaluated now. */
const evaluate = (url: string): ImportMeta => ({ url }) as ImportMeta
const record = (definition: unknown): DefinitionRecord => definitionRecord(definition, 'spawn()')

describe('service()', () => {
  it('service() takes its name from its contract and its types from the contract', () => {
    const setup = double
    const found = record(service(evaluate('file:///s1.js'), api, { audience: '' }, setup))
    expect(found).toMatchObject({ kind: 'service', light: false, name: 'math', contract: api, options: { audience: '' }, setup })
    expect(found).toMatchObject({ key: 'file:///s1.js#service:math#0', moduleUrl: 'file:///s1.js', run: undefined })
    expect(Object.isFrozen(found) && Object.isFrozen(found.options)).toBe(true)
  })

  it('service() takes a plain name, and an empty one for the anonymous client', () => {
    const meta = evaluate('file:///s2.js')
    expect(record(service(meta, 'clock', nothing))).toMatchObject({ name: 'clock', contract: undefined, options: {} })
    expect(record(service(meta, '', {}, nothing))).toMatchObject({ name: '', key: 'file:///s2.js#service:#0' })
  })

  const here = evaluate('file:///bad.js')
  it.each<[string, unknown[], string]>([
    [
      'no module',
      [undefined, 'clock', nothing],
      'service("clock"): first argument is undefined, without the URL of a module; give import.meta',
    ],
    [
      'import.meta of a CommonJS bundle',
      [{}, 'clock', nothing],
      'service("clock"): first argument is {}, without the URL of a module; give',
    ],
    ['import.meta forgotten', ['clock', nothing], 'service(): first argument is "clock", without the URL of a module; give import.meta'],
    ['a path instead of a URL', [{ url: '/a.js' }, 'clock', nothing], 'first argument is { url }, without the URL of a module'],
    ['no contract', [here, undefined, nothing], 'service(): second argument is undefined; give a contract or a name'],
    [
      'a look-alike of a contract',
      [here, { kind: 'contract' }, nothing],
      'service(): second argument is { kind }; give a contract or a name',
    ],
    ['a control character', [here, 'a\u0000', nothing], 'service(): name is "a\\u0000"; give a string without control characters'],
    ['a long name', [here, 'x'.repeat(256), nothing], 'give at most 255 bytes'],
    ['no setup', [here, 'clock'], 'service("clock"): setup is missing; give a function'],
    ['options but no setup', [here, 'clock', { audience: '*' }], 'service("clock"): setup is { audience }; give a function'],
    [
      'options after setup',
      [here, 'clock', nothing, { audience: '*' }],
      'service("clock"): options is a function; give an object of audience',
    ],
    [
      'an unknown option',
      [here, 'clock', { hots: 'auto' }, nothing],
      'hots is no option; the options are audience, groups, visibility, mailbox, supervision, host, concurrency, authorise, around',
    ],
    [
      'wrong options',
      [here, api, { host: 'auto ', audience: 3 }, double],
      'service("math"): audience is 3; give a string; host is "auto "; give',
    ],
  ])('service() refuses %s', (_, args, message) => {
    const call = service as (...args: unknown[]) => unknown
    expect(() => call(...args)).toThrow(TypeError)
    expect(() => call(...args)).toThrow(message)
  })
})

describe('actor()', () => {
  it('actor() with setup alone is light and registered nowhere', () => {
    const setup = () => ({ ping: () => 'pong' })
    const light = record(actor(setup))
    expect(light).toMatchObject({ kind: 'actor', light: true, key: undefined, moduleUrl: undefined, name: '', options: {}, setup })
    expect(Object.isFrozen(light)).toBe(true)
  })

  it('actor() with a name can be found from other threads', () => {
    const saver = actor(evaluate('file:///a1.js'), 'saver', { host: 'dedicated' }, nothing)
    expect(record(saver)).toMatchObject({ kind: 'actor', light: false, name: 'saver', options: { host: 'dedicated' } })
    expect(findDefinition('file:///a1.js#actor:saver#0')).toBe(saver)
  })

  it.each<[string, unknown[], string]>([
    ['no setup', [], 'actor(): setup is missing; give a function'],
    ['methods instead of setup', [{ ping: 1 }], 'actor(): setup is { ping }; give a function'],
    ['no name', [evaluate('file:///a2.js'), '', nothing], 'actor(): name is ""; give at least one character'],
    ['no module', [{}, 'saver', nothing], 'actor("saver"): first argument is {}'],
    ['import.meta forgotten', ['saver', nothing], 'actor(): first argument is "saver", without the URL of a module; give import.meta'],
    ['no named setup', [evaluate('file:///a2.js'), 'saver'], 'actor("saver"): setup is missing'],
  ])('actor() refuses %s', (_, args, message) => {
    const call = actor as (...args: unknown[]) => unknown
    expect(() => call(...args)).toThrow(TypeError)
    expect(() => call(...args)).toThrow(message)
  })
})

describe('task()', () => {
  it('task() keeps its function and can be found', () => {
    const run = (text: string) => text.length
    const hash = task(evaluate('file:///t1.js'), 'hash', run)
    expect(findDefinition('file:///t1.js#task:hash#0')).toBe(hash)
    expect(hash).toMatchObject({ kind: 'task', light: false, run, setup: undefined })
  })

  it('task() refuses what it cannot run', () => {
    const call = task as (...args: unknown[]) => unknown
    expect(() => call(evaluate('file:///t2.js'), 'hash', 'text')).toThrow('task("hash"): function is "text"; give a function')
    expect(() => call('hash', nothing)).toThrow('task(): first argument is "hash", without the URL of a module; give import.meta')
    expect(() => call(evaluate('file:///t2.js'), 3, nothing)).toThrow('task(): name is 3; give a string')
    expect(() => definitionRecord(task(evaluate('file:///t2.js'), 'hash', nothing), 'spawn()')).toThrow('spawn(): definition is')
  })
})

describe('findDefinition()', () => {
  it('findDefinition() tells equals apart by their position in the module', () => {
    const meta = evaluate('file:///f1.js')
    const [first, second] = [service(meta, 'x', nothing), service(meta, 'x', nothing)]
    const other = actor(meta, 'x', nothing)
    const keys = ['service:x#0', 'service:x#1', 'actor:x#0'].map((end) => `file:///f1.js#${end}`)
    expect(keys.map(findDefinition)).toEqual([first, second, other])
    expect(findDefinition('file:///f1.js#service:x#2')).toBeUndefined()
  })

  it('findDefinition() gives what the last evaluation of a module made, under the same key', () => {
    const old = service(evaluate('file:///f2.js'), 'x', nothing)
    const again = service(evaluate('file:///f2.js?t=1#top'), 'x', nothing)
    expect(findDefinition('file:///f2.js#service:x#0')).toBe(again)
    expect(definitionsOf('file:///f2.js')).toEqual([again])
    expect(again).toMatchObject({ moduleUrl: 'file:///f2.js?t=1#top' })
    expect(record(old).key).toBe(record(again).key)
  })

  it('findDefinition() knows definitions of another copy of the package', () => {
    const registry = (globalThis as unknown as Record<symbol, Map<string, unknown>>)[Symbol.for('troupe.definitions')]
    const twin = service(evaluate('file:///f3.js'), 'x', nothing)
    expect(registry?.get('file:///f3.js#service:x#0')).toBe(twin)
  })

  it('findDefinition() stays bounded: a module that defines per call is stopped', () => {
    const meta = evaluate('file:///f4.js')
    for (let i = 0; i < MAX_EQUALS; i++) service(meta, 'x', nothing)
    expect(() => service(meta, 'x', nothing)).toThrow(/^service\("x"\): this module has made 10000 of that name; make definitions while/)
    expect(() => service(meta, 'y', nothing)).not.toThrow()
  })
})

describe('definitionsOf()', () => {
  it('definitionsOf() lists what a module made, in order, whatever the query', () => {
    const meta = evaluate('file:///d1.js?v=abc')
    const made = [service(meta, 'a', nothing), actor(meta, 'b', nothing), task(meta, 'c', nothing)]
    service(evaluate('file:///d1.json'), 'other', nothing)
    expect(definitionsOf('file:///d1.js?v=other')).toEqual(made)
    expect(definitionsOf('file:///none.js')).toEqual([])
  })
})

describe('definitionRecord()', () => {
  it.each([[undefined], [null], [3], [() => 1], [{}], [api]])('definitionRecord() refuses %s', (value) => {
    expect(() => definitionRecord(value, 'spawn()')).toThrow(/^spawn\(\): definition is .*; give what service\(\) or actor\(\) returns$/)
  })
})
