import { contract, isRemote, method, type Remote, remote, stream } from 'troupe'
import { z } from 'zod'
import { type Member, MemberApi } from './member.contract.js'

export interface Room {
  joinLoosely(who: string, member: Remote<Member>): number
  say(who: string, text: string): void
}

export const RoomApi = contract('room', {
  methods: {
    join: method([z.string(), remote(MemberApi)], z.int()),
    joinLoosely: method([z.string(), remote<Member>()], z.int()),
    say: method([z.string(), z.string()]),
    nested: method(z.object({ who: z.string(), member: z.custom<Remote<typeof MemberApi>>(isRemote) })),
    first: method([], remote(MemberApi)),
    members: stream([], remote(MemberApi)),
  },
  errors: { Full: z.object({ max: z.int() }) },
})
