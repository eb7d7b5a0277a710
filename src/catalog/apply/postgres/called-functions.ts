import type { Expression, Operation, QualifiedName, Range } from '../../../ddl/operation.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt, missingTableError } from '../lookup.ts';
import { findRelation, isSystemName, nameKey, storedName } from '../names.ts';
import { isFunctionOfPostgres } from './built-in-functions.ts';
import { nameOfText } from './names-in-text.ts';
import { isBuiltInTypeName } from './types.ts';

/** A call: what is called, and the types of its arguments as an error shows them; null where they are not known. */
export interface Call {
  readonly name: QualifiedName;
  readonly types: readonly string[] | null;
}

/** What an expression calls must be there: it is looked up when the expression is stored. */
export function checkCalls(draft: Draft, expression: Expression | undefined): void {
  if (expression === undefined || draft.engine.dialect.name !== 'postgres') return;
  const tokens = tokensOf(expression.text, draft.engine.dialect);
  requireSequences(draft, tokens, expression);
  for (const name of expression.functions) requireFunction(draft, { name, types: typesOfCall(tokens, name) });
}

/** `SELECT f()` and no more: code that a migration runs. */
export function checkCalledAlone(draft: Draft, { statement: { sql, start, end } }: Pick<Operation, 'statement'>): void {
  if (draft.engine.dialect.name !== 'postgres' || end - start > LONGEST_CALL) return;
  const text = sql.text.slice(start, end);
  const written = /^select\s+(?:(\w+)\.)?(\w+)\s*\([^()]*\)\s*$/i.exec(text);
  if (written === null) return;
  const [, schema, last = ''] = written;
  const at = { start, end };
  const name = { ...at, text: last, quoted: false };
  const whole = schema === undefined ? { ...at, name } : { ...at, name, schema: { ...name, text: schema } };
  requireFunction(draft, { name: whole, types: typesOfCall(tokensOf(text, draft.engine.dialect), whole) });
}

const LONGEST_CALL = 200;

/** `nextval('s')`: the literal is looked up as a relation at once. */
function requireSequences(draft: Draft, tokens: readonly Token[], at: Range): void {
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || !/^(?:nextval|setval|currval)$/i.test(token.text)) continue;
    const literal = tokens[index + 2];
    const after = tokens[index + 3]?.text ?? '';
    if (tokens[index + 1]?.text !== '(' || literal?.kind !== 'string' || !/^(?:\)|,|::)$/.test(after)) continue;
    // nextval('s'::text) is looked up when it runs.
    if (after === '::' && tokens[index + 4]?.text.toLowerCase() !== 'regclass') continue;
    requireSequence(draft, literal.value, at);
  }
}

function requireSequence(draft: Draft, written: string, { start, end }: Range): void {
  const name = nameOfText(draft, written, { start, end });
  if (name === null) return;
  const found = findRelation(draft, name);
  const isIndex = draft.catalog.indexOwners.has(draft.indexKey(found.target.schema, found.target.name));
  if (found.presence === 'present' || isIndex || isSystemName(draft, found.target)) return;
  const error = missingTableError(draft, found.target, 'rows');
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(found.why, error);
}

/** Of the engine's own functions those that schemas call most: for them the whole list need not be loaded. */
const OFTEN_CALLED: ReadonlySet<string> = new Set(
  `array_length avg count date_trunc gen_random_uuid jsonb_build_object length lower max min nextval now random statement_timestamp sum
  timezone to_tsvector trim upper`.split(/\s+/),
);

/** A function is neither the engine's own nor made before; where an extension may have brought it nothing is said. */
export function requireFunction(draft: Draft, { name, types }: Call): void {
  const { dialect } = draft.engine;
  const key = nameKey(name.name, dialect);
  const schema = name.schema === undefined ? null : storedName(name.schema, dialect);
  if (schema === 'pg_catalog' || schema === 'information_schema') return;
  if (schema === null && (OFTEN_CALLED.has(key) || isBuiltInTypeName(key) || GRAMMAR.has(key))) return;
  const path = schema === null ? draft.session.searchPath : [schema];
  for (const routine of draft.catalog.routines.values()) {
    if (routine.name !== key) continue;
    if (!routine.certain || path === null || path.includes(routine.schema)) return;
  }
  if (types === null || !isKnownToLack(draft, schema, key) || (schema === null && isFunctionOfPostgres(key))) return;
  draft.refuse(missingFunction(name, schema, key, types));
}

/** A domain, enum or table may be cast to by its name as well; an extension or another schema may bring anything. */
function isKnownToLack(draft: Draft, schema: string | null, key: string): boolean {
  const { catalog, session } = draft;
  if (catalog.open || session.searchPath === null) return false;
  if ([...catalog.others.values()].some(({ kind }) => kind === 'extension')) return false;
  if ([...catalog.types.values()].some(({ name }) => name === key)) return false;
  if ([...catalog.relations.values()].some(({ name }) => name === key)) return false;
  const schemas = schema === null ? session.searchPath : [schema];
  return (
    schemas.every((one) => catalog.others.has(`schema:${one}`)) && !OF_EXTENSIONS.test(key) && !OF_IMAGES.test(key)
  );
}

function missingFunction(
  at: Range,
  schema: string | null,
  key: string,
  types: readonly string[],
): ReturnType<typeof errorAt> {
  const shown = schema === null ? key : `${schema}.${key}`;
  return errorAt('missing-object', `function ${shown}(${types.join(', ')}) does not exist`, at, { kind: 'function', name: key });
} // prettier-ignore

/** Functions of well-known extensions: without a CREATE EXTENSION in the files they may be there all the same. */
const OF_EXTENSIONS =
  /^(?:uuid_|gen_|pgp_|_?st_|postgis|topology|hstore|cube|earth|ll_to_earth|gc_to_sec|cron|http|dblink|tsv|ts_|time_bucket|create_hypertable|add_|set_|create_|unaccent|similarity|word_similarity|strict_word|show_|dmetaphone|metaphone|soundex|difference|levenshtein|crypt|digest|hmac|armor|dearmor|encrypt|decrypt|nanoid|ulid|auth|jwt|sign|verify|url_|net|vault|graphql|pg|ltree|lca|subpath|nlevel|index|text2ltree|ltree2text|vector|l2_|cosine|inner_product|h3|citext|isn|akeys|avals|skeys|svals|each|slice|delete|defined|exist|normal_rand|crosstab|connectby|xml|xpath|bm25|paradedb|sort|uniq|idx|intset|icount|first|last|histogram|approx|toolkit|partman|run_|moddatetime|insert_username|autoinc|refint|lo_manage|tcn|tablefunc|plv8|dump|debug)/;

/** Those of TimescaleDB, Citus and PostGIS (their API references), whose images bring the extension with every new database. */
const OF_IMAGES = new RegExp(
  `^(?:${[
    'remove_|(?:de|re)?compress_|drop_chunks|reorder_|move_chunk|attach_tablespace|detach_tablespace|hypertable_|chunks?_|alter_|delete_',
    'timescaledb_|enable_|disable_|by_range|by_hash|citus|master_|undistribute_|update_distributed_|truncate_local_|mark_tables_',
    'rebalance_|get_rebalance_|isolate_tenant|drop_old_time_|start_metadata_|stop_metadata_|replicate_|worker_|columnar',
    'populate_geometry|addgeometry|dropgeometry|updategeometry|find_srid|geometry|geography|raster|addraster|dropraster|addoverview',
    'dropoverview|createtopology|droptopology|topogeo|addtopogeometry|validatetopology|toposummary',
  ].join('|')})`,
);

/** Words before a parenthesis that call nothing, and what the grammar itself makes of a call (manual, 4.2 and 9.18). */
const GRAMMAR: ReadonlySet<string> = new Set(
  `coalesce greatest least nullif row array cast treat trim overlay position substring extract xmlelement xmlforest xmlconcat xmlparse
  xmlpi xmlroot xmlserialize xmltable xmlnamespaces grouping exists values in any some all not and or case when then else interval
  current_timestamp current_time localtime localtimestamp collation operator national dec precision varying char character float
  time timestamp bit filter over within unique setof between is like ilike similar using on limit offset lateral rows`.split(
    /\s+/,
  ),
);

/** The arguments of a call, where they are literals. */
function typesOfCall(tokens: readonly Token[], { name }: QualifiedName): readonly string[] | null {
  const at = tokens.findIndex((token, index) => token.value === name.text && tokens[index + 1]?.text === '(');
  const [first, second] = [tokens[at + 2], tokens[at + 3]];
  if (at < 0 || first === undefined) return null;
  if (first.text === ')') return [];
  if (second?.text !== ')') return null;
  if (first.kind === 'number' && /^\d{1,9}$/.test(first.text)) return ['integer'];
  return first.kind === 'string' ? ['unknown'] : null;
}
