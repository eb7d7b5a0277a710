import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import type { Grammar } from './grammar.ts';

/** PostgreSQL's own parser (libpg_query, the grammar of PostgreSQL 18), as WebAssembly. */
export async function loadPostgresGrammar(): Promise<Grammar> {
  await loadModule();
  return {
    judge(text) {
      try {
        parseSync(text);
        return { accepted: true };
      } catch (error) {
        if (!hasSqlDetails(error)) return { accepted: true };
        const { message = error.message, cursorPosition = 0 } = error.sqlDetails ?? {};
        return { accepted: false, error: message, at: utf16Offset(text, cursorPosition) };
      }
    },
  };
}

/** The library counts bytes of UTF-8. */
function utf16Offset(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).length;
}
