// @ts-check
/**
 * Lesson 7: plain JavaScript. Nothing needs a build; with `@ts-check` editors infer the same types, and JSDoc gives the rest.
 * Without a contract, the types come from what `setup` returns.
 */
import { createSystem, main, service } from 'troupe'

const Inventory = service(import.meta, 'inventory', (self, /** @type {{ stock: Record<string, number> }} */ init) => {
  const stock = new Map(Object.entries(init.stock))
  return {
    /** @param {string} item */
    has: (item) => (stock.get(item) ?? 0) > 0,
    /**
     * @param {string} item
     * @param {number} count
     */
    take(item, count) {
      const left = (stock.get(item) ?? 0) - count
      if (left < 0) throw self.failure('OutOfStock', { item, missing: -left })
      stock.set(item, left)
      return left
    },
    all: () => stock,
  }
})

await main(import.meta, async () => {
  const system = await createSystem({ threads: 1 })
  // `await using` is not yet in Node 20's JavaScript: try … finally does the same.
  try {
    const inventory = await system.spawn(Inventory, { init: { stock: { bolt: 3, nut: 5 } } })
    console.log(await inventory.has('bolt'), await inventory.has('screw'))
    console.log(await inventory.take('bolt', 2))
    await inventory.take('bolt', 2).catch((error) => console.log(error.code, error.data))

    // Maps, sets, dates, typed arrays and the like arrive as what they are.
    console.log(await inventory.all())

    // A service without a contract is found by its name; what it answers is then not typed.
    const byName = await system.lookup('inventory')
    console.log(await byName.take('nut', 1))
  } finally {
    await system.stop()
  }
})
