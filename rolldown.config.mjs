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

/** Tells whether a module's path, below the project, begins with one of these. */
function inFiles(...beginnings) {
  const root = import.meta.dirname.replaceAll('\\', '/');
  return (id) => beginnings.some((beginning) => id.replaceAll('\\', '/').startsWith(`${root}/${beginning}`));
}

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
    // Names stay, for MIGRALINT_DEBUG=1; white space and comments only cost time at every start.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    // Each file costs a start some tenths of a millisecond, so what every check loads is in three; what a run may do without
    // (host languages, grammars, formats, commands) stays in files of its own.
    codeSplitting: {
      groups: [
        {
          name: 'start',
          test: inFiles('src/cli/arguments', 'src/cli/usage-error', 'src/dialects/', 'src/text/nearest-name'),
          priority: 2,
        },
        {
          name: 'check',
          test: inFiles('src/cli/check', 'src/cli/workspace', 'src/report/index', 'src/hosts/index'),
          priority: 1,
        },
        { name: 'core', test: inFiles('src/lint', 'src/timeline/', 'src/catalog/', 'src/ddl/', 'rules/') },
      ],
    },
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});
