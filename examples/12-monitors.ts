/**
 * Lesson 12: who is there? Announcements tell what is visible now, then every change: of services of a name, of members of a
 * group, or of everything.
 */
import { type Announcement, createSystem, main, service } from 'troupe'

const PlayerService = service(import.meta, 'player', (self) => ({
  join: (team: string) => self.joinGroup(team),
  leave: (team: string) => self.leaveGroup(team),
}))

function print(who: string): (announcement: Announcement) => void {
  return (announcement) => {
    const { status, binding } = announcement
    const what =
      announcement.kind === 'service'
        ? `SERVICE-${status === 'available' ? 'AVAILABLE' : 'WITHDRAWN'}`
        : `${status === 'available' ? 'JOIN' : 'LEAVE'}-GROUP ${announcement.group}`
    console.log(`${who}: ${what} ${binding.name}${announcement.reason === undefined ? '' : ` (${announcement.reason})`}`)
  }
}

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 2 })
  const first = await system.spawn(PlayerService)
  await first.join('reds')

  console.log('- what is there')
  system.announcements({}, print('registry monitor'))
  system.announcements({ group: 'reds' }, print('group monitor   '))
  system.announcements({ name: 'player' }, print('service monitor '))
  await printed()

  console.log('- another player')
  const second = await system.spawn(PlayerService)
  await second.join('reds')
  await printed()

  console.log('- the first one changes teams')
  await first.leave('reds')
  await first.join('blues')
  await printed()

  console.log('- the second one goes')
  const gone = new Promise((resolve) => system.watch(second, resolve))
  await second.$.stop()
  await gone
  await printed()
})

/** Listeners have their turns before this. */
function printed(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
