/**
 * Lesson 11: whoever subscribes to a name hears every service of that name, those that are there and those to come. Publishers
 * come and go; nobody else restarts or is told about it.
 */
import { contract, createSystem, main, method, report, service } from 'troupe'
import { z } from 'zod'

const SensorApi = contract('sensor', {
  methods: { measure: method([z.number()]) },
  // The last value of each room is kept, so that it does not matter who was there first.
  reports: { 'temperature.*': report(z.number(), { lifetimeMs: Number.POSITIVE_INFINITY }) },
})

const SensorService = service(import.meta, SensorApi, (self, init: { room: string }) => ({
  measure: (degrees) => self.publish(`temperature.${init.room}`, degrees),
}))

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 2 })
  const heard = system.subscribe(SensorApi, 'temperature.*')[Symbol.asyncIterator]()

  /** Prints the next reports; those of different publishers come in any order. */
  const print = async (title: string, count: number): Promise<void> => {
    const lines: string[] = []
    while (lines.length < count) {
      const { value, done } = await heard.next()
      if (done === true) break
      lines.push(`${value.subject.slice('temperature.'.length)} ${value.content}`)
    }
    console.log(`${title}: ${lines.sort().join(', ')}`)
  }

  const hall = await system.spawn(SensorService, { init: { room: 'hall' } })
  await hall.measure(19)
  await print('one', 1)

  const attic = await system.spawn(SensorService, { init: { room: 'attic' } })
  const cellar = await system.spawn(SensorService, { init: { room: 'cellar' } })
  await Promise.all([hall.measure(20), attic.measure(24), cellar.measure(12)])
  await print('three', 3)

  await hall.$.stop()
  await Promise.all([attic.measure(25), cellar.measure(11)])
  await print('two', 2)

  await system.spawn(SensorService, { init: { room: 'hall' } }).then((again) => again.measure(18))
  await print('and another one', 1)
})
