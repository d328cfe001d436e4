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

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { name: 'unit', include: ['packages/*/src/**/*.test.{ts,tsx}'] } },
      {
        resolve,
        test: {
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
          // Browsers and killed processes: one file at a time, or they would slow each other down into timeouts.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
