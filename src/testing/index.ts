export { createTestSystem, type TestClock, type TestSystem, type TestSystemOptions } from './create-test-system.js'
