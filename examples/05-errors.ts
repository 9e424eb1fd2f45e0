/**
 * Lesson 5: how calls fail. Failures that callers should handle are part of the contract and typed; all others are classes of
 * the framework. Each says whether the handler can have run: `delivered` is 'no', 'maybe' or 'yes'.
 */
import {
  ApplicationError,
  contract,
  createSystem,
  isFailure,
  MethodUnavailable,
  main,
  method,
  ParametersIncorrect,
  RequestEncodingError,
  ServiceUnavailable,
  service,
} from 'troupe'
import { z } from 'zod'

const BankApi = contract('bank', {
  methods: {
    withdraw: method([z.number().positive()], z.number()),
    audit: method(),
  },
  errors: { Overdrawn: z.object({ missing: z.number() }) },
})

const BankService = service(import.meta, BankApi, (self, init: { balance: number }) => {
  let { balance } = init
  return {
    withdraw(amount) {
      if (amount > balance) throw self.failure('Overdrawn', { missing: amount - balance })
      balance -= amount
      return balance
    },
    audit() {
      throw new RangeError('the books do not balance', { cause: new Error('page 7 is missing') })
    },
  }
})

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 1 })
  const bank = await system.spawn(BankService, { init: { balance: 100 } })
  console.log(`left: ${await bank.withdraw(30)}`)

  // A typed failure: the contract says what `data` is.
  const overdrawn = await failureOf(bank.withdraw(100))
  if (isFailure(overdrawn, BankApi, 'Overdrawn'))
    console.log(`${overdrawn.code}: ${overdrawn.data.missing} missing, delivered: ${overdrawn.delivered}`)

  // Anything else that a method throws: an ApplicationError whose cause is what was thrown, rebuilt.
  const application = await failureOf(bank.audit())
  if (application instanceof ApplicationError) {
    const cause = application.cause as RangeError
    console.log(
      `${application.code}: ${cause.name}: ${cause.message}, because ${(cause.cause as Error).message}; delivered: ${application.delivered}`,
    )
  }

  // An untyped call is checked against the contract.
  const parameters = await failureOf(system.call('bank', 'withdraw', [-1]))
  if (parameters instanceof ParametersIncorrect) {
    for (const { path, message } of parameters.data)
      console.log(`${parameters.code}: ${path.join('.')}: ${message}; delivered: ${parameters.delivered}`)
  }
  const unknown = await failureOf(system.call('bank', 'rob', []))
  if (unknown instanceof MethodUnavailable) console.log(`${unknown.code}: ${unknown.message}; delivered: ${unknown.delivered}`)

  // Functions cannot be sent; the failure names the path to what cannot.
  const encoding = await failureOf(system.call('bank', 'withdraw', [{ callback() {} }]))
  if (encoding instanceof RequestEncodingError) console.log(`${encoding.code}: ${encoding.message}; delivered: ${encoding.delivered}`)

  // A remote of a service that has stopped.
  await bank.$.stop()
  const gone = await failureOf(bank.withdraw(1))
  if (gone instanceof ServiceUnavailable) console.log(`${gone.code}: ${gone.message}; delivered: ${gone.delivered}`)
  const absent = await failureOf(system.lookup(BankApi, { timeoutMs: 50 }))
  if (absent instanceof ServiceUnavailable) console.log(`${absent.code}: ${absent.message}; delivered: ${absent.delivered}`)
})
