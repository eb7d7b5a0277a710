import type { Language } from '../braces/language.ts';
import { commonEscape, stringValue, type Hole } from '../braces/strings.ts';
import { dottedName, unwrapped, type Expression } from '../braces/syntax.ts';
import type { ValueReader } from '../braces/values.ts';
import type { HostValue } from '../host.ts';
import { driverCall, runs, transactionControl } from './drivers.ts';
import { changedInPlace, knownCall } from './known-calls.ts';
import { importedPath, modulePath } from './module-path.ts';
import { parseHole, parseTypeScript } from './parser.ts';
import { holeEnd } from './tokens.ts';

/** JavaScript and TypeScript: better-sqlite3, node:sqlite, sqlite3, pg, mysql2, postgres.js, knex, sequelize, kysely, drizzle, TypeORM. */
export const language: Language = {
  parse: parseTypeScript,
  modulePath,
  importedPath,
  isTest: (path, name) =>
    /(?:^|\/)(?:tests?|__tests__|__mocks__|e2e|spec)\/|\.(?:test|spec|e2e|stories)\.[cm]?[jt]sx?$/.test(path) ||
    /^(?:test|it|describe)$/.test(name),
  string: (literal, file, reader) =>
    stringValue(literal, file, {
      ...(literal.style === '' ? {} : { escapeAt: commonEscape }),
      ...(literal.style === '`' ? { holeAt: (text: string, at: number) => holeAt(text, at, literal.to, reader) } : {}),
    }),
  driverCall,
  rowRead: () => undefined,
  transactionControl,
  runs,
  knownCall,
  changedInPlace,
  knownName,
  returnsErrors: false,
  givesUp,
  nothing: new Set(['null', 'undefined']),
};

function holeAt(text: string, at: number, end: number, reader: ValueReader): Hole | undefined {
  if (!text.startsWith('${', at)) return undefined;
  const behind = holeEnd(text, at, end);
  return { end: behind, value: reader.value(parseHole(text, at + 2, Math.max(at + 2, behind - 1))) };
}

function knownName(path: readonly string[], at: Expression, reader: ValueReader): HostValue | undefined {
  const { file } = reader;
  const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '';
  switch (path.join('.')) {
    case 'true':
    case 'false':
      return { kind: 'condition', condition: { condition: 'constant', value: path[0] === 'true' } };
    case 'null':
    case 'undefined':
      return { kind: 'unknown' };
    case '__dirname':
    case 'import.meta.dirname':
    case 'import.meta.dir':
      return { kind: 'file', path: `/${folder}`, span: reader.span(at) };
    case '__filename':
    case 'import.meta.filename':
    case 'import.meta.url':
    case 'import.meta.path':
      return { kind: 'file', path: `/${file.path}`, span: reader.span(at) };
    default:
      return undefined;
  }
}

/** `throw` is a statement; here: the end of the process, `reject(error)`, and errors that are made to be handed on. */
function givesUp(expression: Expression): boolean {
  const inner = unwrapped(expression);
  if (inner.kind !== 'call') return false;
  const path = dottedName(inner.callee);
  const name = path.at(-1) ?? '';
  if (/^(?:process|Deno|Bun|app)$/.test(path[0] ?? '') && /^(?:exit|abort)$/.test(name)) return true;
  if (path.join('.') === 'Promise.reject') return true;
  const isError = inner.arguments.some(
    (argument) => /^(?:e|err|error|\w+Err(?:or)?)$/.test(dottedName(argument)[0] ?? '') || makesError(argument),
  );
  return path.length === 1 && /^(?:reject|rej|callback|cb|done|next|fail)$/.test(name) && isError;
}

function makesError(expression: Expression): boolean {
  const inner = unwrapped(expression);
  return inner.kind === 'call' && inner.makes === true && (dottedName(inner.callee).at(-1) ?? '').endsWith('Error');
}
