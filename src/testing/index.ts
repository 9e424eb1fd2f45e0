/**
 * Systems for tests: a clock that is moved by hand, simulated threads, an order that a seed decides, probes, stand-ins and faults.
 *
 * @module troupe/testing
 */

export { createTestSystem } from './create-test-system.js'
export type {
  ActorFaults,
  Probe,
  ProbeOptions,
  Standable,
  StandMethods,
  TestClock,
  TestLetter,
  TestSystem,
  TestSystemOptions,
} from './test-system-type.js'
export { withSeeds } from './with-seeds.js'
