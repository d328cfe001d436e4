import { fileURLToPath } from 'node:url';
import { build, defineConfig, type InlineConfig } from 'vite';

/** Each entry is a file of its own that needs no other: the small one must stay one file for <script type="module">. */
function entry(source: string, output: { entryFileNames: string; minify: boolean }[]): InlineConfig['build'] {
  return {
    target: 'es2022',
    // The declarations that tsc writes live in the same folder.
    emptyOutDir: false,
    lib: { entry: source },
    rolldownOptions: { output: output.map((file) => ({ format: 'es', ...file })) },
  };
}

const root = fileURLToPath(new URL('.', import.meta.url));
const CHAT = entry('src/chat/index.ts', [{ entryFileNames: 'chat/index.js', minify: false }]);

// The rooms twice, to read and bundle (dist/index.js) and small for pages (dist/roomcast.js); then the chat.
export default defineConfig({
  build: entry('src/index.ts', [
    { entryFileNames: 'index.js', minify: false },
    { entryFileNames: 'roomcast.js', minify: true },
  ]),
  plugins: [
    {
      name: 'chat',
      closeBundle: async () => void (await build({ configFile: false, root, logLevel: 'warn', build: CHAT })),
    },
  ],
});
