import { readModule } from './braces/module.ts';
import { language } from './go/language.ts';
import type { Host } from './host.ts';

/** Go: database/sql and what looks like it. Errors are values: what the next statements do with one says what becomes of it. */
export const go: Host = { name: 'Go', extensions: ['.go'], read: (file) => readModule(file, language) };
