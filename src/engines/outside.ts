import type { Dialect, DialectName } from '../dialects/dialect.ts';
import { lex } from '../sql/lexer.ts';
import type { Statement } from '../sql/statement.ts';

/**
 * Why a statement must not reach an engine that is not ours alone: what it does is not undone by dropping one database.
 * Null where nothing speaks against it. The whole text counts, bodies and strings included, since they may be executed;
 * comments do not. Too much is refused rather than too little.
 */
export function reachesOutside(
  { sql, start, end }: Statement,
  dialect: Dialect,
  foreignDatabases: readonly string[],
): string | null {
  const text = textWithoutComments(sql.text, start, end, dialect);
  for (const [pattern, why] of REACHES[dialect.name]) if (pattern.test(text)) return why;
  const other = foreignDatabases.find((name) => namesDatabase(text, name));
  return other === undefined ? null : `it names the database ${other}`;
}

/** Client commands that would leave the database or read a file; the engine never sees them. */
export function leavesByClient({ sql, start, end }: Statement): boolean {
  return /^(?:\\(?:c|connect|i|ir|include|copy|!)\b|\.(?:read|open|import|restore|shell|system|load)\b|source\b|\\\.)/i.test(
    sql.text.slice(start, end),
  );
}

function textWithoutComments(text: string, start: number, end: number, dialect: Dialect): string {
  const tokens = lex(text, start, end, dialect);
  return Array.from({ length: tokens.count }, (_, index) => tokens.source(index)).join(' ');
}

/** `shop.orders`, `` `shop`.orders ``, `shop . orders` */
function namesDatabase(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
    const isWord = !/[\w$]/.test(lower.charAt(at - 1));
    if (isWord && /^["'`]?\s*\./.test(lower.slice(at + name.length, at + name.length + 8))) return true;
  }
  return false;
}

type Reach = readonly [RegExp, string];

const SQLITE_REACHES: readonly Reach[] = [
  [/^\s*(?:attach|detach)\b/i, 'it attaches another database'],
  [/\bvacuum\b[^;]*\binto\b/i, 'it writes a file'],
  [/\b(?:load_extension|readfile|writefile|edit)\s*\(/i, 'it reaches files'],
  [/\bpragma\s+(?:\w+\s*\.\s*)?(?:temp_store_directory|data_store_directory)\b/i, 'it names a folder'],
];

/** Roles, databases and settings belong to the whole server (PostgreSQL manual, chapters 20 to 22). */
const POSTGRES_REACHES: readonly Reach[] = [
  [
    /\b(?:create|alter|drop)\s+(?:database|tablespace)\b|\bon\s+(?:database|tablespace)\b/i,
    'it is about whole databases',
  ],
  [/\balter\s+system\b|\bpg_(?:reload_conf|rotate_logfile|promote|switch_wal)\b/i, 'it changes the server'],
  [
    /\b(?:create|alter|drop|comment\s+on)\s+(?:role|user|group)\b(?!\s+mapping)|\b(?:reassign|drop)\s+owned\b/i,
    'it is about roles',
  ],
  [/^\s*(?:grant|revoke)\b|\b(?:grant|revoke)\b[^;]{0,2000}\b(?:to|from)\b|\bowner\s+to\b/i, 'it is about roles'],
  [/\bset\s+(?:(?:session|local)\s+)?(?:role|authorization)\b|\bset\s+session\s+authorization\b/i, 'it is about roles'],
  [/\balter\s+default\s+privileges\b|\bcreate\s+schema\b[^;]*\bauthorization\b/i, 'it is about roles'],
  [/^\s*copy\b|\bcopy\b[^;]*\b(?:to|from)\s+(?:program|stdin|stdout|')/i, 'it copies data from or to a file'],
  [
    /\bcreate\s+(?:or\s+replace\s+)?(?:extension|(?:trusted\s+)?(?:procedural\s+)?language)\b[^;]*\b(?:dblink|\w+_fdw|adminpack|pg_cron|plpython\w*|plperlu|pltclu|http|pg_net)\b|\bdblink\w*\s*\(/i,
    'it reaches other databases, files or programs',
  ],
  [
    /\b(?:lo_import|lo_export|pg_(?:read|write|stat|ls|file)_?(?:binary_)?(?:file|dir|logdir|waldir|write|sync|rename|unlink)\w*)\s*\(/i,
    'it reaches files',
  ],
  [/\bpg_(?:terminate|cancel)_backend\b/i, 'it ends the connections of others'],
  [
    /\b(?:create|alter|drop)\s+(?:subscription|server|foreign\s+data\s+wrapper|user\s+mapping)\b/i,
    'it reaches other servers',
  ],
  [/\bpg_(?:create|drop)_\w*replication|\bpg_replication_(?:slot|origin)\w*\s*\(/i, 'it is about replication'],
  [/^\s*load\b|\blanguage\s+'?c'?\b(?!\w)/i, 'it loads a library'],
  [
    /\b(?:update|insert\s+into|delete\s+from|truncate)\s+(?:only\s+)?(?:"?pg_catalog"?\s*\.\s*)?"?pg_\w+/i,
    'it writes into the system catalog',
  ],
];

/** MySQL and MariaDB: users, settings, plug-ins and files belong to the whole server. */
const MYSQL_REACHES: readonly Reach[] = [
  [/^\s*use\b|\b(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:database|schema)\b/i, 'it is about whole databases'],
  [
    /\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+)?(?:user|role)\b|^\s*(?:grant|revoke)\b|\b(?:grant|revoke)\b[^;]{0,2000}\b(?:to|from)\b|\bset\s+(?:password|(?:default\s+)?role)\b/i,
    'it is about users',
  ],
  [
    /\bset\s+(?:global|persist|persist_only)\b|@@\s*(?:global|persist|persist_only)\s*\.[^=;]*:?=/i,
    'it changes the server',
  ],
  [
    /^\s*(?:flush|reset|shutdown|restart|kill|purge|change|clone|binlog|backup|start\s+(?:slave|replica|all)|stop\s+(?:slave|replica|all)|(?:un)?install|lock\s+instance)\b/i,
    'it changes the server',
  ],
  [
    /\bkill\s+(?:hard|soft|connection|query)?\s*\d|\b(?:un)?install\s+(?:plugin|component|soname)\b|\bsoname\b/i,
    'it changes the server',
  ],
  [/^\s*load\b|\bload\s+(?:data|xml)\b|\binto\s+(?:outfile|dumpfile)\b|\bload_file\s*\(/i, 'it reads or writes a file'],
  [
    /\b(?:data|index)\s+directory\b|\b(?:create|alter|drop)\s+(?:undo\s+)?(?:tablespace|logfile|server)\b/i,
    'it reaches files or other servers',
  ],
  [/\bengine\s*=?\s*['"`]?(?:federatedx?|connect|spider|s3|mroonga)\b/i, 'it reaches other servers'],
  [/\b(?:create|alter)\b[^;]*\bevent\b[^;]*\bon\s+schedule\b/i, 'it runs at a later time'],
  [/["'`]?\b(?:mysql|performance_schema|sys)\b["'`]?\s*\.\s*["'`]?\w/i, 'it is about the server itself'],
  [/\b(?:get_lock|sleep|benchmark)\s*\(/i, 'it makes others wait'],
];

const REACHES: Readonly<Record<DialectName, readonly Reach[]>> = {
  sqlite: SQLITE_REACHES,
  postgres: POSTGRES_REACHES,
  mysql: MYSQL_REACHES,
  mariadb: MYSQL_REACHES,
};
