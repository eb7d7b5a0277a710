// Bundles the published package, cut where the source imports dynamically, so that a run loads only what it needs. CommonJS:
// Node 20 starts it some 6 ms sooner than ES modules, and its compiled code can be kept (src/cli/compile-cache.ts). Nothing is left to install: every library is inside, and named in THIRD_PARTY_NOTICES.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { defineConfig } from 'rolldown';
import { lazyChunks } from './scripts/lazy-chunks.mjs';

const require = createRequire(import.meta.url);

/** PostgreSQL's own grammar is a WebAssembly file that its loader looks for beside itself. */
const copyPostgresGrammar = {
  name: 'copy-postgres-grammar',
  writeBundle() {
    mkdirSync('dist/chunks', { recursive: true });
    copyFileSync(`${dirname(require.resolve('libpg-query'))}/libpg-query.wasm`, 'dist/chunks/libpg-query.wasm');
  },
};

/** V8 keeps a file with one letter beyond Latin-1 at two bytes a letter, which costs a start some milliseconds. */
const onlyAscii = {
  name: 'only-ascii',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = withEscapes(file.code);
  },
};

/** A rule's examples are made when somebody asks for them: as a plain value they would be made at every start, with all their text. */
const lazyExamples = {
  name: 'lazy-examples',
  transform(code, id) {
    if (!code.includes('defineRule({') || !inFiles('rules/')(id)) return null;
    const lazy = code.replace(/^  examples: (\[\n[^]*?\n  \]),$/m, '  get examples() { return $1; },');
    if (lazy === code) throw new Error(`lazy-examples: ${id} has examples in a form that this plugin does not know`);
    return lazy;
  },
};

/** The same code: an escape means its letter in strings, templates, patterns and names. */
function withEscapes(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Tells whether a module's path, below the project, begins with one of these; `except` takes some of them out again. */
function inFiles(...beginnings) {
  const root = import.meta.dirname.replaceAll('\\', '/');
  const test = (id) => beginnings.some((beginning) => id.replaceAll('\\', '/').startsWith(`${root}/${beginning}`));
  return Object.assign(test, {
    except: (...others) => {
      const isOther = inFiles(...others);
      return (id) => test(id) && !isOther(id);
    },
  });
}

export default defineConfig({
  input: { index: 'src/index.ts', cli: 'src/cli/main.ts', 'compile-cache': 'src/cli/compile-cache.ts' },
  platform: 'node',
  // A chunk may hold more than its entry exports; the wrapper of the library names what is public (scripts/bundle.mjs).
  preserveEntrySignatures: 'allow-extension',
  plugins: [copyPostgresGrammar, lazyExamples, lazyChunks, onlyAscii],
  output: {
    dir: 'dist',
    format: 'cjs',
    cleanDir: true,
    // Names stay, for MIGRALINT_DEBUG=1; white space and comments only cost time at every start.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    // Each file costs a start some tenths of a millisecond, and each function in it some microseconds, used or not. So what every
    // check uses is in three files, and what only some projects need is in a file for each such need.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          name: 'start',
          test: inFiles(
            'src/cli/arguments',
            'src/cli/error-code',
            'src/cli/usage-error',
            'src/cli/version',
            'src/dialects/',
            'src/text/nearest-name',
            'package.json',
          ),
          priority: 4,
        },
        {
          name: 'check',
          test: inFiles(
            'src/cli/check',
            'src/cli/baseline',
            'src/cli/workspace',
            'src/cli/load-config',
            'src/cli/file-list',
            'src/cli/file-paths',
            'src/cli/git.',
            'src/cli/output',
            'src/cli/plugins',
            'src/cli/read-project',
            'src/cli/reports',
            'src/cli/repository-path',
            'src/cli/scope',
            'src/cli/selection',
            'src/cli/terminal',
            'src/config',
            'src/report/index',
            'src/hosts/index',
          ),
          priority: 3,
        },
        { name: 'sqlite', test: inFiles('src/catalog/apply/sqlite/', 'src/catalog/errors/sqlite'), priority: 1 },
        { name: 'postgres', test: inFiles('src/catalog/apply/postgres/', 'src/catalog/errors/postgres'), priority: 1 },
        { name: 'mysql', test: inFiles('src/catalog/apply/mysql/', 'src/catalog/errors/mysql'), priority: 1 },
        {
          name: 'bodies',
          test: inFiles(
            'src/catalog/apply/query/',
            'src/catalog/apply/copied-rows',
            'src/catalog/apply/repeated-rows',
            'src/catalog/apply/routines',
            'src/catalog/apply/triggers',
            'src/catalog/apply/views',
            'src/catalog/errors/queries',
          ).except('src/catalog/apply/query/newly-broken'),
          priority: 1,
        },
        {
          name: 'statements',
          test: inFiles(
            'src/ddl/objects',
            'src/ddl/queries',
            'src/ddl/routines',
            'src/ddl/run-code',
            'src/ddl/session',
            'src/ddl/table-objects',
            'src/ddl/triggers',
            'src/ddl/types',
            'src/ddl/views',
            'src/ddl/write-rows',
            'src/catalog/apply/opaque',
            'src/catalog/apply/session',
          ),
          priority: 1,
        },
        {
          name: 'ledger',
          test: inFiles(
            'src/catalog/merge',
            'src/catalog/side-by-side',
            'src/catalog/unapply',
            'src/layouts/liquibase-changes',
            'src/layouts/sqitch-plan',
            'src/timeline/checksum-faults',
            'src/timeline/past-steps',
            'src/timeline/renamed-steps',
          ),
          priority: 1,
        },
        {
          name: 'findings',
          test: inFiles('src/baseline', 'src/fingerprint', 'src/fixes/', 'src/timeline/statements-about'),
          priority: 1,
        },
        { name: 'plpgsql', test: inFiles('src/ddl/plpgsql/', 'src/catalog/apply/postgres/body/'), priority: 5 },
        { name: 'postgres-functions', test: inFiles('src/catalog/apply/postgres/built-in-functions'), priority: 5 },
        { name: 'program', test: inFiles('src/hosts/link', 'src/hosts/literal', 'src/hosts/error-words'), priority: 1 },
        {
          name: 'core',
          test: inFiles(
            'src/check',
            'src/deployment',
            'src/failure-report',
            'src/finding',
            'src/layouts/',
            'src/query/grammar',
            'src/query/needs-grammar',
            'src/query/plain-insert',
            'src/query/reader',
            'src/levels',
            'src/lint',
            'src/migration-tool',
            'src/rule',
            'src/sql/',
            'src/suppress',
            'src/text/',
            'src/timeline/',
            'src/catalog/',
            'src/ddl/',
            'rules/',
          ).except('src/layouts/configured', 'src/layouts/unmatched-patterns'),
        },
      ],
    },
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
  },
});
