/** What must not compile: each line below a directive is an error, and the directive is one if it is not. */

import { contract, createSystem, isFailure, method, service } from 'troupe'
import { z } from 'zod'
import { MathApi, MathService } from './basic.js'

const rest = { clear() {}, note() {}, pow: (x: number) => x, rect: () => 1 }
const system = await createSystem()
const math = await system.spawn(MathService, { init: { limit: 1 } })

// @ts-expect-error: wrong argument
math.multiply('x', 2)
// @ts-expect-error: argument missing
math.multiply(2)
// @ts-expect-error: argument too many
math.multiply(1, 2, 3)
// @ts-expect-error: unknown method
math.nothing()
// @ts-expect-error: unknown method of a lookup
;(await system.lookup(MathApi)).nothing()
// @ts-expect-error: wrong argument of a message one way
math.$.tell.multiply('x', 2)
// @ts-expect-error: unknown option of a call
math.$.with({ timeout: 3 })
// @ts-expect-error: init missing
system.spawn(MathService)
// @ts-expect-error: init missing among options
system.spawn(MathService, { name: 'other' })
// @ts-expect-error: wrong init
system.spawn(MathService, { init: { limit: 'x' } })
// @ts-expect-error: unknown option
system.spawn(MathService, { init: { limit: 1 }, hots: 'inline' })
// @ts-expect-error: size of the pool missing
system.pool(MathService, { init: { limit: 1 } })
// @ts-expect-error: init of the pool missing
system.pool(MathService, { size: 2 })
// @ts-expect-error: no such option of the system
createSystem({ thread: 1 })
// @ts-expect-error: a contract has no actor to spawn
system.spawn(MathApi)

export const failing = service(import.meta, MathApi, (self) => ({
  ...rest,
  multiply(x) {
    // @ts-expect-error: wrong data
    if (x === 1) throw self.failure('Overflow', { limit: 'x' })
    // @ts-expect-error: data missing
    if (x === 2) throw self.failure('Overflow')
    // @ts-expect-error: unknown code
    throw self.failure('Overflown', { limit: 1 })
  },
}))

// @ts-expect-error: handler missing
service(import.meta, MathApi, () => rest)
// @ts-expect-error: nothing returned though the contract has methods
service(import.meta, MathApi, () => {})
// @ts-expect-error: wrong result
service(import.meta, MathApi, () => ({ ...rest, multiply: () => 'x' }))
// @ts-expect-error: wrong result of an async setup
service(import.meta, MathApi, async () => ({ ...rest, multiply: async () => 'x' }))
// @ts-expect-error: wrong use of a parameter
service(import.meta, MathApi, () => ({ ...rest, multiply: (x) => x.length }))
// @ts-expect-error: no setup
service(import.meta, MathApi)
// @ts-expect-error: unknown option of a definition
service(import.meta, 'free', { audiences: '*' }, () => {})
// @ts-expect-error: not a function
service(import.meta, 'free', () => ({ answer: 42 }))

// @ts-expect-error: a transform
method([z.string().transform(Number)], z.number())
// @ts-expect-error: a default
method([z.number().default(3)], z.number())
// @ts-expect-error: a transform of the only argument
method(z.string().transform(Number))
// @ts-expect-error: a brand in the result
method([], z.string().brand<'Id'>())
const coerced = z.coerce.number() // apart, because zod infers the input of a coercion from where it stands
// @ts-expect-error: a coercion
method([coerced], z.number())
// @ts-expect-error: not a schema
method([Number])
// @ts-expect-error: unknown option of a method
method([], z.number(), { timeout: 3 })

// @ts-expect-error: reserved name
contract('x', { methods: { catch: method([z.number()], z.number()) } })
// @ts-expect-error: reserved name
contract('x', { methods: { $: method() } })
// @ts-expect-error: not from method()
contract('x', { methods: { add: z.number() } })
// @ts-expect-error: a report that changes its value
contract('x', { methods: {}, reports: { load: z.string().transform(Number) } })
// @ts-expect-error: data of an error that changes
contract('x', { methods: {}, errors: { Full: z.number().default(3) } })

// @ts-expect-error: unknown code of a contract
isFailure(undefined, MathApi, 'Overflown')
