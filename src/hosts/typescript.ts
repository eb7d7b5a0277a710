import { readModule } from './braces/module.ts';
import type { Host } from './host.ts';
import { language } from './typescript/language.ts';

/** TypeScript and JavaScript: the drivers of SQLite, PostgreSQL and MySQL, and what looks like them. */
export const typescript: Host = {
  name: 'TypeScript and JavaScript',
  extensions: ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'],
  read: (file) => readModule(file, language),
};
