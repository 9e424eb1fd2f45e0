import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { isRemote } from '../../src/actors/facade/remote.js'
import { remote } from '../../src/actors/facade/remote-schema.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { schemaIssues } from '../../src/actors/schema.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { failureOf, gate, outcomeOf } from './evidence.js'

let t: TestSystem
afterEach(() => t?.stop())

interface Room {
  say(text: string): void
}
const MemberApi = contract('member', {
  methods: {
    joined: method([remote<Room>()]),
    heard: method([], z.array(z.string())),
    slow: method([], undefined, { timeoutMs: 50 }),
    news: stream([], z.string()),
  },
})
const RoomApi = contract('room', {
  methods: {
    join: method([z.string(), remote(MemberApi)], z.string()),
    say: method([z.string()]),
    slowest: method([remote(MemberApi)]),
    read: method([remote(MemberApi)], z.array(z.string())),
    first: method([], remote(MemberApi)),
    all: stream([], remote(MemberApi)),
    nested: method([z.object({ member: z.custom<Remote<typeof MemberApi>>(isRemote) })], z.array(z.string())),
  },
})

const MemberService = service(import.meta, MemberApi, (self) => {
  const heard: string[] = []
  return {
    joined: (room) => room.say(`hello from ${self.name}`),
    heard: () => heard,
    slow: () => gate().passed,
    async *news() {
      yield 'one'
      yield 'two'
    },
  }
})

const RoomService = service(import.meta, RoomApi, (self) => {
  const members: Remote<typeof MemberApi>[] = []
  const said: string[] = []
  return {
    async join(_who, member) {
      members.push(member)
      member.$.tell.joined(self.remote)
      return member.$.binding.name
    },
    say: (text) => void said.push(text),
    slowest: (member) => member.slow(),
    async read(member) {
      const read: string[] = []
      for await (const text of member.news()) read.push(text)
      return read
    },
    first: () => members[0] as Remote<typeof MemberApi>,
    async *all() {
      yield* members
    },
    nested: ({ member }) => member.heard(),
  }
})

async function start() {
  t = await createTestSystem({ seed: 1 })
  return { room: await t.spawn(RoomService), member: await t.spawn(MemberService) }
}

/** Arrives as a Remote that knows no contract. */
function unknowing(member: Remote<typeof MemberApi>): Remote<typeof MemberApi> {
  return member.$.binding as never
}

describe('remote() in a contract', () => {
  it('takes a Remote, and a binding, which arrives as a Remote', async () => {
    const { room, member } = await start()
    expect(await room.join('me', member)).toBe('member')
    expect(await room.join('me', unknowing(member))).toBe('member')
    expect(await room.nested({ member })).toEqual([])
  })

  it('gives a Remote as a result and as an item', async () => {
    const { room, member } = await start()
    await room.join('me', member)
    const first = await room.first()
    expect([isRemote(first), first.$.binding.id]).toEqual([true, member.$.binding.id])
    for await (const one of room.all()) expect(one.$.binding.id).toBe(member.$.binding.id)
  })

  it('refuses what is no Remote, and one that is known to be another', async () => {
    const { room, member } = await start()
    const other = await failureOf(room.join('me', room as never))
    expect(other).toMatchObject({
      code: 'ERR_PARAMETERS_INCORRECT',
      data: [{ path: [1], message: 'expected a Remote of service "member", received one of "room"' }],
    })
    expect(await failureOf(room.join('me', { joined: 1 } as never))).toMatchObject({
      data: [{ path: [1], message: 'expected a Remote of service "member", such as lookup() gives' }],
    })
    expect(await failureOf(member.joined('room' as never))).toMatchObject({
      data: [{ path: [0], message: 'expected a Remote, such as lookup() gives' }],
    })
    expect(await failureOf(room.nested({ member: 5 } as never))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
  })

  it('one whose contract is not known takes the deadlines of the one that is declared', async () => {
    const { room, member } = await start()
    for (const one of [member, unknowing(member)]) {
      const failure = failureOf(room.slowest(one))
      await t.clock.advance(60)
      expect(await failure).toMatchObject({ cause: { details: expect.stringContaining('within 50 ms') } })
    }
  })

  it('one whose contract is not known streams what the declared contract streams', async () => {
    const { room, member } = await start()
    expect(await room.read(unknowing(member))).toEqual(['one', 'two'])
  })

  it('a result and an item take the declared deadlines too', async () => {
    t = await createTestSystem({ seed: 1 })
    const member = await t.spawn(MemberService)
    const Finder = contract('finder', { methods: { find: method([], remote(MemberApi)), each: stream([], remote(MemberApi)) } })
    const finder = await t.spawn(
      service(import.meta, Finder, () => ({
        find: () => unknowing(member),
        async *each() {
          yield unknowing(member)
        },
      })),
    )
    const found = [await finder.find()]
    for await (const one of finder.each()) found.push(one)
    expect(found).toHaveLength(2)
    for (const one of found) {
      const outcome = outcomeOf(one.slow())
      await t.clock.advance(60)
      expect(outcome).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT' } })
    }
  })

  it('passes around() with the Remote that the method gets', async () => {
    t = await createTestSystem({ seed: 1 })
    const member = await t.spawn(MemberService)
    const Api = contract('guarded', { methods: { slowest: method([remote(MemberApi)]) } })
    const Guarded = service(import.meta, Api, { around: (_call, next) => next() }, () => ({ slowest: (one) => one.slow() }))
    const failure = failureOf((await t.spawn(Guarded)).slowest(unknowing(member)))
    await t.clock.advance(60)
    expect(await failure).toMatchObject({ cause: { code: 'ERR_REQUEST_TIMEOUT' } })
  })

  it('one that arrives again without its contract is the one that arrived before', async () => {
    await using system = await createSystem({ threads: 0 })
    const member = await system.spawn(MemberService)
    const seen: object[] = []
    const Api = contract('keeper', { methods: { see: method([remote(MemberApi)]) } })
    const keeper = await system.spawn(service(import.meta, Api, () => ({ see: (one) => void seen.push(one) })))
    const passed = (await system.spawn(actor(() => ({ echo: (value: unknown) => value }))).echo(member.$.binding)) as typeof member
    for (let i = 0; i < 2; i++) await keeper.see(passed)
    expect([seen.length, seen[0] === seen[1]]).toEqual([2, true])
  })
})

describe('remote()', () => {
  it('is a schema that changes nothing', async () => {
    const { room, member } = await start()
    const schemas = [remote(MemberApi), remote(MemberService), remote<Room>()]
    for (const schema of schemas) {
      expect(schemaIssues(schema, member)).toEqual([])
      expect(schemaIssues(schema, member.$.binding)).toEqual([])
      expect(schema['~standard'].validate(member)).toEqual({ value: member })
      expect(schemaIssues(schema, undefined)).toHaveLength(1)
      expect(schemaIssues(schema, member.$.tell)).toHaveLength(1)
    }
    expect(schemas.map((schema) => schemaIssues(schema, room).length)).toEqual([1, 1, 0])
    expect(method([remote(MemberApi)])).toMatchObject({ minArgs: 1, maxArgs: 1 })
  })

  it('takes a contract of the same name for the same, as two copies of one module have', async () => {
    const { member } = await start()
    const again = contract('member', { methods: {} })
    expect(schemaIssues(remote(again), member)).toEqual([])
  })

  it('of a service without a contract takes any Remote', async () => {
    const { member } = await start()
    expect(schemaIssues(remote(service(import.meta, 'free', () => ({}))), member)).toEqual([])
  })

  it.each([['member'], [undefined], [{}], [null]])('refuses %o', (of) => {
    expect(() => remote(of as never)).toThrow(/^remote\(\): .* is no contract; give what contract\(\) or service\(\) returns/)
  })
})
