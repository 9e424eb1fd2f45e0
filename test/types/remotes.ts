/** The types of Remotes in contracts; compiled, never run. */

import { createSystem, isRemote, type Remote, remote, type ServiceBinding, service } from 'troupe'
import { MemberApi } from './chat/member.contract.js'
import { RoomApi } from './chat/room.contract.js'

export const RoomService = service(import.meta, RoomApi, (self, init: { max: number }) => {
  const members = new Map<string, Remote<typeof MemberApi>>()
  return {
    join(who, member) {
      if (members.size >= init.max) throw self.failure('Full', { max: init.max })
      members.set(who, member)
      member.$.tell.joined(self.remote)
      // @ts-expect-error: wrong argument
      member.said(1, 2)
      // @ts-expect-error: no such method
      member.left()
      return members.size
    },
    joinLoosely(_who, member) {
      void member.said('a', 'b')
      return members.size
    },
    say(who, text) {
      for (const member of members.values()) member.$.tell.said(who, text)
    },
    nested({ member }) {
      member.$.tell.said('a', 'b')
    },
    first() {
      const [first] = members.values()
      if (first === undefined) throw self.failure('Full', { max: 0 })
      return first
    },
    async *members() {
      yield* members.values()
    },
  }
})

export const MemberService = service(import.meta, MemberApi, () => ({
  async joined(room) {
    await room.say('me', 'hello')
    // @ts-expect-error: a text is missing
    await room.say('me')
  },
  said() {},
}))

export const byService = remote(MemberService)

const system = await createSystem()
const room = await system.spawn(RoomService, { init: { max: 3 } })
const member = await system.spawn(MemberService)
const count: number = await room.join('me', member)
await room.joinLoosely('me', member)
await member.joined(room)
await (await room.first()).said('a', 'b')
for await (const one of room.members()) await one.said('a', 'b')
// @ts-expect-error: not a member
await room.join('me', room)
// @ts-expect-error: not a Remote
await room.join('me', {})
// @ts-expect-error: a name is no contract
remote('member')

declare const anything: unknown
if (isRemote(anything)) {
  const binding: ServiceBinding = anything.$.binding
  void binding
}
export const used = [count]
