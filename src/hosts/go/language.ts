import type { HostOperation, HostValue } from '../host.ts';
import type { Language } from '../braces/language.ts';
import { commonEscape, stringValue } from '../braces/strings.ts';
import { dottedName, unwrapped, type Expression, type ExpressionOf } from '../braces/syntax.ts';
import type { ValueReader } from '../braces/values.ts';
import { sortedInPlace } from './sorting.ts';
import { driverCall, rowRead, runs, transactionControl } from './drivers.ts';
import { parseGo } from './parser.ts';

type Call = ExpressionOf<'call'>;

/** Functions of the standard library by what they do with their first argument; a method's first argument is its object. */
const FUNCTIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['string', 'same'],
  ['strings.TrimSpace', 'same'],
  ['strings.Trim', 'same'],
  ['strings.TrimRight', 'same'],
  ['strings.TrimLeft', 'same'],
  ['strings.ToLower', 'same'],
  ['strings.ToUpper', 'same'],
  ['strings.TrimSuffix', 'same'],
  ['strings.TrimPrefix', 'same'],
  ['strings.Split', 'split'],
  ['strings.SplitN', 'split'],
  ['strings.SplitAfter', 'split'],
  ['strings.Join', 'joined'],
  ['fmt.Sprintf', 'filled'],
  ['filepath.Join', 'path'],
  ['path.Join', 'path'],
  ['filepath.Base', 'file-name'],
  ['path.Base', 'file-name'],
  ['filepath.Dir', 'parent'],
  ['os.ReadFile', 'path'],
  ['ioutil.ReadFile', 'path'],
  ['os.ReadDir', 'files'],
  ['ioutil.ReadDir', 'files'],
  ['filepath.Glob', 'files'],
  ['os.Stat', 'exists'],
  ['os.Lstat', 'exists'],
  ['len', 'length'],
  ['strconv.Atoi', 'number'],
  ['int', 'number'],
  ['int64', 'number'],
]);

/** Functions that are given the files first and the path behind: `fs.ReadFile(files, path)`. */
const OF_FILES: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['fs.ReadFile', 'path'],
  ['fs.ReadDir', 'files'],
  ['fs.Glob', 'files'],
  ['fs.Sub', 'path'],
]);

const METHODS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['Name', 'file-name'],
  ['String', 'same'],
  ['Next', 'same'],
]);

/** Go: database/sql, sqlx, pgx, gorm's `Exec`, zombiezen and crawshaw SQLite. */
export const language: Language = {
  parse: parseGo,
  /** A package is its folder. */
  modulePath: (path) => path.split('/').slice(0, -1),
  importedPath,
  isTest: (path, name) =>
    path.endsWith('_test.go') ||
    /(?:^|\/)(?:testdata|tests?)\//.test(path) ||
    /^(?:Test|Benchmark|Fuzz|Example)[A-Z]/.test(name),
  string: (literal, file) => stringValue(literal, file, literal.style === '"' ? { escapeAt: commonEscape } : {}),
  driverCall,
  rowRead,
  transactionControl,
  runs,
  knownCall,
  changedInPlace: sortedInPlace,
  knownName,
  returnsErrors: true,
  givesUp,
  nothing: new Set(['nil']),
};

/** `example.com/app/internal/store`: the project's own are found by the end of the path; the standard library has no dot. */
function importedPath(written: string): readonly string[] {
  const [host = '', ...rest] = written.split('/');
  return rest.length === 0 || (/^[a-z]+$/.test(host) && isStandard(host)) ? [] : rest;
}

function isStandard(first: string): boolean {
  return /^(?:database|encoding|net|os|path|io|text|html|crypto|go|math|log|sync|testing|time|unicode|archive|compress|container|debug|hash|image|index|internal|mime|regexp|runtime|sort|strconv|embed)$/.test(
    first,
  );
}

function knownName(path: readonly string[]): HostValue | undefined {
  const [only] = path;
  if (path.length > 1) return undefined;
  if (only === 'true' || only === 'false')
    return { kind: 'condition', condition: { condition: 'constant', value: only === 'true' } };
  return only === 'nil' ? { kind: 'unknown' } : undefined;
}

function knownCall(call: Call, reader: ValueReader): HostValue | undefined {
  const path = dottedName(call.callee).join('.');
  const [first, second] = call.arguments;
  const ofFiles = OF_FILES.get(path);
  if (ofFiles !== undefined && second !== undefined) return overPath(ofFiles, reader, second, call);
  if (path === 'append' && first !== undefined) return appended(call, reader);
  if (path === 'strings.Join' && first !== undefined && second !== undefined)
    return reader.derived('joined', reader.value(second), [reader.value(first)], call);
  if (path === 'os.IsNotExist' && first !== undefined) return isMissing(first, reader, call);
  if (path === 'strings.HasSuffix' || path === 'strings.Contains' || path === 'slices.Contains' || path === 'errors.Is')
    return asCondition(call, reader);
  const operation = FUNCTIONS.get(path);
  if (operation !== undefined && first !== undefined) {
    if (operation === 'path' || operation === 'files') return overPath(operation, reader, first, call);
    const isSame = operation === 'same' || operation === 'length' || operation === 'number';
    return reader.derived(
      operation,
      reader.value(first),
      isSame ? [] : reader.arguments(call.arguments.slice(1)),
      call,
    );
  }
  return knownMethod(call, reader);
}

function asCondition(call: Call, reader: ValueReader): HostValue | undefined {
  const [first, second] = call.arguments;
  if (first === undefined || second === undefined || dottedName(call.callee)[0] === 'errors') return undefined;
  const condition = {
    condition: 'contains',
    item: reader.value(second),
    collection: reader.value(first),
    span: reader.span(call),
  } as const;
  return { kind: 'condition', condition };
}

/** `os.IsNotExist(err)`: the error of `os.Stat` says whether the file is there. */
function isMissing(error: Expression, reader: ValueReader, call: Call): HostValue {
  const exists = { condition: 'value', value: reader.value(error), span: reader.span(call) } as const;
  return { kind: 'condition', condition: { condition: 'not', of: exists } };
}

/** `files.ReadFile("migrations/" + name)`, `files.ReadDir(".")`, `entry.Name()`. */
function knownMethod(call: Call, reader: ValueReader): HostValue | undefined {
  if (call.callee.kind !== 'member') return undefined;
  const { name, of } = call.callee;
  const [first] = call.arguments;
  if (
    first !== undefined &&
    (name === 'ReadFile' || name === 'ReadDir' || (name === 'Open' && call.arguments.length === 1))
  )
    return overPath(name === 'ReadDir' ? 'files' : 'path', reader, first, call);
  const operation = call.arguments.length === 0 ? METHODS.get(name) : undefined;
  if (operation === undefined) return isPrepare(name) && first !== undefined ? preparedSql(call, reader) : undefined;
  return reader.derived(operation, reader.value(of), [], call);
}

function isPrepare(name: string): boolean {
  return /^Prepare(?:x|Context|xContext)?$/.test(name);
}

function preparedSql(call: Call, reader: ValueReader): HostValue {
  const last = call.arguments.at(-1);
  return last === undefined ? { kind: 'unknown' } : reader.derived('same', reader.value(last), [], call);
}

/** Files and folders by their paths; only `Join` takes several parts. */
function overPath(operation: HostOperation, reader: ValueReader, path: Expression, call: Call): HostValue {
  const isJoin = dottedName(call.callee).at(-1) === 'Join';
  return reader.derived(operation, reader.value(path), isJoin ? reader.arguments(call.arguments.slice(1)) : [], call);
}

/** `append(list, item)`. */
function appended(call: Call, reader: ValueReader): HostValue {
  const [list, ...items] = call.arguments;
  const before = list === undefined ? ({ kind: 'list', items: [] } as const) : reader.value(list);
  const [first] = items;
  const added: HostValue =
    first?.kind === 'spread'
      ? reader.value(first.of)
      : { kind: 'list', items: items.map((item) => reader.value(item)) };
  return reader.derived('sum', before, [added], call);
}

/** `panic(..)`, `log.Fatal(..)`, `os.Exit(1)`, an error that is made or handed on. */
function givesUp(expression: Expression): boolean {
  const inner = unwrapped(expression);
  if (inner.kind === 'name') return /^(?:err|\w+Err|err[A-Z]\w*|Err[A-Z]\w*)$/.test(inner.name);
  if (inner.kind === 'member') return /^Err[A-Z]/.test(inner.name);
  if (inner.kind !== 'call') return false;
  const path = dottedName(inner.callee);
  const name = path.at(-1) ?? '';
  if (path.length === 1 && name === 'panic') return true;
  if (
    /^(?:errors|fmt|xerrors|errs|status|eris|oops|errorx)$/.test(path[0] ?? '') &&
    /^(?:New|Errorf|Wrapf?|WithStack|WithMessagef?|Join|Error|E)$/.test(name)
  )
    return true;
  if (/^Fatal(?:f|ln|w)?$|^Panic(?:f|ln)?$/.test(name)) return true;
  return (
    path.join('.') === 'os.Exit' ||
    name === 'Err' ||
    (name === 'Error' &&
      path.length > 1 &&
      path[0] !== 'err' &&
      inner.arguments.length > 0 &&
      /^(?:status|connect|huma)$/.test(path[0] ?? ''))
  );
}
