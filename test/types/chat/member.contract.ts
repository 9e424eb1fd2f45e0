/** Two contracts that name each other: their modules import each other's interfaces. */

import { contract, method, type Remote, remote } from 'troupe'
import { z } from 'zod'
import type { Room } from './room.contract.js'

export interface Member {
  joined(room: Remote<Room>): void
  said(who: string, text: string): void
}

export const MemberApi = contract('member', {
  methods: { joined: method([remote<Room>()]), said: method([z.string(), z.string()]) },
})
