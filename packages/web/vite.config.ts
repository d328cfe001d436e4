import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The pages, one output folder: `index.html`, `bridge.html`, `chat.html`, `inspect.html`, and what they load, hashed, under `assets/`.
 * The icon and the theme script (`public/`) keep their names.
 */
export default defineConfig({
  root: here('.'),
  // The sources themselves, so that the pages can be built before, or while, the packages are.
  resolve: {
    alias: {
      '@roomcast/client/chat': here('../client/src/chat/index.ts'),
      '@roomcast/client': here('../client/src/index.ts'),
      '@roomcast/protocol': here('../protocol/src/index.ts'),
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // The content security policy knows no inline code, and needs none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // light-dark() is used as it is: rewriting it would double every colour.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      input: {
        index: here('index.html'),
        bridge: here('bridge.html'),
        chat: here('chat.html'),
        inspect: here('inspect.html'),
      },
    },
  },
});
