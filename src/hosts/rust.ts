import type { Host } from './host.ts';
import { readModule } from './rust/items.ts';

/**
 * Rust: rusqlite, sqlx, diesel, tokio-postgres, sea-orm, libsql. Function bodies become actions in order of execution;
 * what is done with a `Result` says what happens to an error.
 */
export const rust: Host = { name: 'rust', extensions: ['.rs'], read: readModule };
