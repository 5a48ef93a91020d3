import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build.ts', 'test/tools.ts'],
    // Most of the time tests wait for processes of theirs: a core is not idle for want of a test.
    maxWorkers: 3,
    // No test changes what another imports, and each new process would load everything again.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine takes its time; what comes true ends the wait at once.
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
})
