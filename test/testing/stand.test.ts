import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, gate, itemsOf } from '../actors/evidence.js'

const BankApi = contract('bank', {
  methods: {
    balance: method([z.string()], z.int()),
    pay: method([z.string(), z.int()]),
    history: stream([z.string()], z.int()),
  },
  reports: { paid: z.int() },
  errors: { Overdrawn: z.object({ missing: z.int() }) },
})

const Bank = service(import.meta, BankApi, { groups: ['money'] }, () => ({
  balance: () => 0,
  pay: () => undefined,
  async *history() {},
}))

const Shop = service(import.meta, 'shop', (self) => ({
  buy: async (price: number) => await (await self.lookup(BankApi)).pay('shop', price),
}))

describe('stand()', () => {
  it('stand() starts a stand-in under the name of a contract, which others find, on other threads too', async () => {
    await using t = await createTestSystem({ seed: 1, threads: 1 })
    const paid: [string, number][] = []
    const bank = await t.stand(BankApi, { balance: () => 42, pay: (who, sum) => void paid.push([who, sum]) })
    const shop = await t.spawn(Shop, { host: { thread: 1 } })
    await shop.buy(7)
    expect([await bank.balance('any'), paid, bank.$.binding.thread]).toEqual([42, [['shop', 7]], 0])
  })

  it('stand() checks arguments and results against the contract', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const bank = await t.stand(BankApi, { balance: () => 1.5 })
    expect(await failureOf(bank.balance(5 as never))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    expect(await failureOf(bank.balance('ann'))).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
  })

  it('stand(): a method that was not given fails and says so, a stream too', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const bank = await t.stand(BankApi, {})
    const details = (name: string) =>
      expect.stringContaining(`the stand-in for "bank" was asked for ${name}(), which stand() was not given`)
    expect(await failureOf(bank.balance('ann'))).toMatchObject({ code: 'ERR_APPLICATION', details: details('balance') })
    expect(await failureOf(itemsOf(bank.history('ann')))).toMatchObject({ details: details('history') })
  })

  it('stand() with a function of self publishes and fails as the service would', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const bank = await t.stand(BankApi, (self) => ({
      pay(_who, sum) {
        if (sum > 9) throw self.failure('Overdrawn', { missing: sum - 9 })
        self.publish('paid', sum)
      },
      async *history() {
        yield 1
        yield 2
      },
    }))
    const paid = t.probe(BankApi, 'paid')
    await bank.pay('ann', 9)
    expect((await paid.next()).content).toBe(9)
    expect(await failureOf(bank.pay('ann', 12))).toMatchObject({ code: 'Overdrawn', data: { missing: 3 } })
    expect(await itemsOf(bank.history('ann'))).toEqual([1, 2])
  })

  it('stand() for a definition is found as its service would be: by its name and its groups', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.stand(Bank, { balance: () => 5 })
    expect(await t.call({ group: 'money' }, 'balance', ['ann'])).toBe(5)
    const free = await t.stand(Shop, { buy: async () => 'bought' as never })
    expect(await free.buy(1)).toBe('bought')
  })

  it('stand(): a call that waits holds up no other', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate<number>()
    const bank = await t.stand(BankApi, { balance: (who) => (who === 'slow' ? door.passed : 1) })
    const slow = bank.balance('slow')
    expect(await bank.balance('fast')).toBe(1)
    door.open(2)
    expect(await slow).toBe(2)
  })

  it('stand() ends with $.stop(), and another can take its place', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const first = await t.stand(BankApi, { balance: () => 1 })
    await first.$.stop()
    await t.stand(BankApi, { balance: () => 2 })
    expect(await (await t.lookup(BankApi)).balance('ann')).toBe(2)
  })

  it('stand() refuses what has no stand-in, and methods that the contract does not have', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await expect(t.stand('bank' as never, {})).rejects.toThrow('stand(): target is "bank"; give a contract, or what service() returns')
    await expect(t.stand(BankApi, 5 as never)).rejects.toThrow('stand() for "bank": methods is 5; give an object of functions')
    await expect(t.stand(BankApi, { ballance: () => 1 } as never)).rejects.toThrow(
      '"ballance" is no method of its contract, which has balance, pay, history',
    )
    await expect(t.stand(BankApi, { balance: 5 } as never)).rejects.toThrow('balance is 5; give a function')
    await expect(t.stand(BankApi, () => ({ pray: () => undefined }) as never)).rejects.toThrow('"pray" is no method of its contract')
  })
})
