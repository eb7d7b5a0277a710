// Bundles the published package: ES modules, cut where the source imports dynamically, so that a run loads only what it
// needs. Nothing is left to install: every library is inside, and named in THIRD_PARTY_NOTICES.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { defineConfig } from 'rolldown';

const require = createRequire(import.meta.url);

/** PostgreSQL's own grammar is a WebAssembly file that its loader looks for beside itself. */
const copyPostgresGrammar = {
  name: 'copy-postgres-grammar',
  writeBundle() {
    mkdirSync('dist/chunks', { recursive: true });
    copyFileSync(`${dirname(require.resolve('libpg-query'))}/libpg-query.wasm`, 'dist/chunks/libpg-query.wasm');
  },
};

export default defineConfig({
  input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  platform: 'node',
  plugins: [copyPostgresGrammar],
  // The loader of that file is written for CommonJS; Node 20.11 has the same word for ES modules.
  transform: { define: { __dirname: 'import.meta.dirname' } },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    minify: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});
