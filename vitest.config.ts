import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reportsDirectory: 'coverage' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/types/**'],
          testTimeout: 10_000,
          hookTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/node-versions/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // What is tested is what ships: Node loads dist itself, untransformed, so that it is the same in every thread.
          server: { deps: { external: [/\/dist\/.*\.js$/] } },
        },
      },
      {
        extends: true,
        test: {
          name: 'node-versions',
          include: ['test/integration/node-versions/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
})
