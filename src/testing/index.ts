/**
 * Systems for tests: one thread, a clock that is moved by hand, an order that a seed decides.
 *
 * @module troupe/testing
 */

export { createTestSystem, type TestClock, type TestSystem, type TestSystemOptions } from './create-test-system.js'
