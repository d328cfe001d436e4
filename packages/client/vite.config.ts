import { defineConfig } from 'vite';

// Two files of the same source: one to read and bundle (dist/index.js), one small for <script type="module">.
export default defineConfig({
  build: {
    target: 'es2022',
    // The declarations that tsc writes live in the same folder.
    emptyOutDir: false,
    lib: { entry: 'src/index.ts' },
    rolldownOptions: {
      output: [
        { format: 'es', entryFileNames: 'index.js', minify: false },
        { format: 'es', entryFileNames: 'roomcast.js', minify: true },
      ],
    },
  },
});
