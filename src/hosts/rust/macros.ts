import type { HostValue } from '../host.ts';
import { toolCall } from './calls.ts';
import * as drivers from './drivers.ts';
import { givesUp, SWALLOW } from './failures.ts';
import type { Meaning } from './meaning.ts';
import { UNKNOWN, valueOf } from './meaning.ts';
import { importedPath, nameMeaning } from './names.ts';
import { Parser } from './parser.ts';
import type { Recorder } from './recorder.ts';
import { joinedText } from './shapes.ts';
import { formatParts, unindented } from './strings.ts';
import type { Expression, ExpressionOf } from './syntax.ts';
import { lastName } from './walk.ts';

/** Macros that only write to a log or a terminal. */
const LOG_MACROS = new Set(
  'println eprintln print eprint info warn error debug trace log write writeln dbg span event'.split(' '),
);

/** What a macro stands for, by its name; unknown for those that mean nothing here. */
export function macroMeaning(recorder: Recorder, expression: ExpressionOf<'macro'>): Meaning {
  const name = expression.names.at(-1) ?? '';
  if (LOG_MACROS.has(name)) return UNKNOWN;
  if (givesUp(expression)) {
    recorder.giveUp(recorder.span(expression));
    return UNKNOWN;
  }
  const items = macroItems(recorder, expression);
  if (name === 'format' || name === 'formatcp' || name === 'formatdoc')
    return formattedText(recorder, items, name === 'formatdoc', expression);
  if (name === 'concat' || name === 'concatcp')
    return joinedText(
      items.map((item) => valueOf(recorder.evaluate(item, SWALLOW))),
      recorder.span(expression),
    );
  if (name === 'indoc' || name === 'unindent') return unindentedText(recorder, items);
  if (name === 'vec' || name === 'params' || name === 'smallvec' || name === 'params_from_iter') {
    return { kind: 'list', items: items.map((item) => valueOf(recorder.evaluate(item, SWALLOW))) };
  }
  if (name === 'include_str' || name === 'include_bytes') return includedFile(recorder, items, expression);
  if (drivers.QUERY_MACROS.has(name)) return queryMacro(recorder, name, items, expression);
  return toolMacro(recorder, name, items, expression);
}

function toolMacro(recorder: Recorder, name: string, items: readonly Expression[], at: ExpressionOf<'macro'>): Meaning {
  const values = (): HostValue[] => items.map((item) => valueOf(recorder.evaluate(item, SWALLOW)));
  if (name === 'migrate') return toolCall(recorder, ['sqlx', 'migrate'], values(), at);
  if (name === 'embed_migrations') {
    const crate = importedPath(recorder.around, at.names)[0];
    return toolCall(
      recorder,
      [crate === 'refinery' || crate === 'refinery_macros' ? 'refinery' : 'diesel_migrations', 'embed_migrations'],
      values(),
      at,
    );
  }
  if (name === 'env')
    return {
      kind: 'text',
      sql: { file: recorder.around.file, text: '', segments: [{ start: 0, hostStart: recorder.span(at).start }] },
      hasPlaceholder: false,
    };
  if (name === 'include_dir') return includedFolder(recorder, items, at);
  if (['join', 'try_join', 'ensure', 'assert', 'assert_eq', 'assert_ne', 'debug_assert'].includes(name)) values();
  return UNKNOWN;
}

function queryMacro(recorder: Recorder, name: string, items: readonly Expression[], at: Expression): Meaning {
  const isTyped = name.startsWith('query_as');
  const [sql, ...bound] = items.slice(isTyped ? 1 : 0);
  const value = sql === undefined ? UNKNOWN : valueOf(recorder.evaluate(sql, SWALLOW));
  return {
    prepared: value,
    many: false,
    arguments: bound.map((item) => valueOf(recorder.evaluate(item, SWALLOW))),
    span: recorder.span(at),
  };
}

function macroItems(recorder: Recorder, expression: ExpressionOf<'macro'>): readonly Expression[] {
  const { tokens } = recorder.around;
  return new Parser(tokens, expression.open + 1, tokens.partner(expression.open)).list();
}

/** A path that starts at the manifest's folder loses that start: `concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql")`. */
function includedFile(recorder: Recorder, items: readonly Expression[], at: Expression): Meaning {
  const value = items[0] === undefined ? UNKNOWN : valueOf(recorder.evaluate(items[0], SWALLOW));
  return value.kind === 'text'
    ? { kind: 'file', path: value.sql.text.replace(/^\/+/, ''), span: recorder.span(at) }
    : UNKNOWN;
}

function includedFolder(recorder: Recorder, items: readonly Expression[], at: Expression): Meaning {
  const value = items[0] === undefined ? UNKNOWN : valueOf(recorder.evaluate(items[0], SWALLOW));
  if (value.kind !== 'text') return UNKNOWN;
  const folder = value.sql.text.replace(/^\$CARGO_MANIFEST_DIR\/?/, '');
  return { kind: 'files', folder, pattern: '*', sorted: true, span: recorder.span(at) };
}

function unindentedText(recorder: Recorder, items: readonly Expression[]): Meaning {
  const value = items[0] === undefined ? UNKNOWN : valueOf(recorder.evaluate(items[0], SWALLOW));
  return value.kind === 'text' ? { ...value, sql: unindented(value.sql) } : value;
}

function formattedText(recorder: Recorder, items: readonly Expression[], isDoc: boolean, at: Expression): Meaning {
  const [template, ...values] = items;
  const text = template === undefined ? UNKNOWN : valueOf(recorder.evaluate(template, SWALLOW));
  if (text.kind !== 'text') return UNKNOWN;
  const named = new Map<string, HostValue>();
  const positional: HostValue[] = [];
  for (const value of values) {
    const known = valueOf(recorder.evaluate(value.kind === 'assign' ? value.value : value, SWALLOW));
    if (value.kind === 'assign') named.set(lastName(value.target), known);
    else positional.push(known);
  }
  const parts = formatParts(isDoc ? unindented(text.sql) : text.sql).map((part): HostValue => {
    if ('text' in part) return { kind: 'text', sql: part.text, hasPlaceholder: false };
    if (typeof part.argument === 'number') return positional[part.argument] ?? UNKNOWN;
    return named.get(part.argument) ?? valueOf(nameMeaning(recorder, [part.argument], at));
  });
  return joinedText(parts, recorder.span(at));
}
