import { service } from 'troupe'

/** A service that does as good as nothing, announced as soon as it is there. */
export const MemberService = service(import.meta, 'member', () => ({ number: () => 1 }))

/** The same, announced when it says so itself. */
export const HiddenService = service(import.meta, 'hidden', { visibility: 'hidden' }, (self) => ({
  async show() {
    await self.announce()
  },
}))

/** Joins and leaves groups. */
export const JoinerService = service(import.meta, 'joiner', (self) => ({
  async joinAndLeave(size: number, seed: number) {
    for (let i = 0; i < size; i += 2) {
      const group = `group-${(seed + i) & 1023}`
      await self.joinGroup(group)
      await self.leaveGroup(group)
    }
  },
}))
