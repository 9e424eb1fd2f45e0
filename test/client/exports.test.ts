import { expect, it } from 'vitest'
import { ServiceFailure } from '../../src/base/failures.js'
import * as client from '../../src/client/index.js'
import * as inside from '../../src/index.js'

/** The failures among what an entry point exports. */
function failuresOf(entryPoint: object): Readonly<Record<string, unknown>> {
  const isFailure = (value: unknown) => value === ServiceFailure || Object.getPrototypeOf(value) === ServiceFailure
  return Object.fromEntries(Object.entries(entryPoint).filter(([, value]) => typeof value === 'function' && isFailure(value)))
}

it('troupe/client exports the same failures as troupe, which it is in bundles for browsers', () => {
  expect(Object.keys(failuresOf(inside)).length).toBeGreaterThan(14)
  expect(failuresOf(client)).toEqual(failuresOf(inside))
  for (const [name, type] of Object.entries(failuresOf(client))) expect(type).toBe(failuresOf(inside)[name])
})
