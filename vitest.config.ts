import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests run on the sources, so that a change in one package needs no build to be seen in another. */
const resolve = {
  alias: {
    '@roomcast/protocol': path('packages/protocol/src/index.ts'),
    '@roomcast/client/chat': path('packages/client/src/chat/index.ts'),
    '@roomcast/client': path('packages/client/src/index.ts'),
  },
};

/** Every core is used, and modules are loaded once per worker: no test may leave anything behind in them. */
const together = { isolate: false, maxWorkers: '100%' };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: { ...together, name: 'unit', include: ['packages/*/src/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
      },
      {
        resolve,
        test: {
          ...together,
          name: 'integration',
          include: ['packages/*/test/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          // Browsers and killed processes: more at a time would slow each other down into timeouts.
          maxWorkers: 2,
          // A browser on a busy machine; what passes only then is named at the end (scripts/lib/flaky-reporter.mjs).
          retry: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
