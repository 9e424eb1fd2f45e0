import { isRemote } from 'troupe'
import { expect, it } from 'vitest'
import { Member, Room } from './fixtures/chat.js'
import { failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

async function start(threads: number) {
  const system = await startSystem({ threads, validate: 'always' })
  return { system, member: await system.spawn(Member), room: await system.spawn(Room) }
}

it.each([2, 0])('remote() in a contract takes and gives Remotes (%i threads)', async (threads) => {
  const { member, room } = await start(threads)
  expect(await room.join('me', member)).toBe('member')
  expect(await room.join('me', member.$.binding as never)).toBe('member')
  const hello = `hello from thread ${threads === 0 ? 0 : 1}`
  expect(await room.said()).toEqual([hello, hello])
  const found = [await room.last()]
  for await (const one of room.all()) found.push(one)
  expect(found.map((one) => [isRemote(one), one.$.binding.id])).toEqual(found.map(() => [true, member.$.binding.id]))
  expect(found).toHaveLength(3)
  expect(await found[0]?.heard()).toEqual([])
})

it.each([2, 0])('remote() refuses what is another or none (%i threads)', async (threads) => {
  const { system, member, room } = await start(threads)
  const other = await system.spawn(Room, { name: 'other' })
  const { cause } = await failureOf(other.intrude(room))
  expect(cause).toMatchObject({
    code: 'ERR_PARAMETERS_INCORRECT',
    data: [{ path: [1], message: 'expected a Remote of service "member", received one of "room"' }],
  })
  expect(await failureOf(member.joined({} as never))).toMatchObject({
    data: [{ path: [0], message: 'expected a Remote, such as lookup() gives' }],
  })
})

it.each([2, 0])('a Remote that travelled goes by the contract that is declared (%i threads)', async (threads) => {
  const { member, room } = await start(threads)
  for (const one of [member, member.$.binding as never]) {
    expect((await failureOf(room.askNever(one))).cause).toMatchObject({ details: expect.stringContaining('within 50 ms') })
    expect(await room.read(one)).toEqual(['one', 'two'])
  }
  await room.join('me', member)
  const [failure] = await Promise.all([failureOf((await room.last()).never())])
  expect(failure.message).toContain('within 50 ms')
})
