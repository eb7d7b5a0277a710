import { dottedName, unwrapped, type Expression, type ExpressionOf } from '../braces/syntax.ts';
import { writtenAt, type ValueReader } from '../braces/values.ts';
import { literalPattern } from '../../text/literal-pattern.ts';
import type { HostOperation, HostValue } from '../host.ts';
import { importedPath } from './module-path.ts';

type Call = ExpressionOf<'call'>;

/** Functions by their last names: `path.join` is `join` where it was imported. */
const FUNCTIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['readFileSync', 'path'],
  ['readFile', 'path'],
  ['readTextFile', 'path'],
  ['readTextFileSync', 'path'],
  ['Bun.file', 'path'],
  ['readdirSync', 'files'],
  ['readdir', 'files'],
  ['existsSync', 'exists'],
  ['path.join', 'path'],
  ['path.resolve', 'path'],
  ['join', 'path'],
  ['resolve', 'path'],
  ['path.dirname', 'parent'],
  ['dirname', 'parent'],
  ['path.basename', 'file-name'],
  ['basename', 'file-name'],
  ['fileURLToPath', 'same'],
  ['Object.entries', 'entries'],
  ['Object.keys', 'keys'],
  ['Object.values', 'values'],
  ['Array.from', 'same'],
  ['Object.freeze', 'same'],
  ['String', 'same'],
  ['Number', 'number'],
  ['parseInt', 'number'],
  ['BigInt', 'number'],
]);

/** Methods that take nothing away of what a value is. */
const SAME = new Set(
  `toString trim trimEnd trimStart toLowerCase toUpperCase all get first rows text flat json catch finally normalize
  then scalar valueOf freeze toArray execute dedent unwrap`.split(/\s+/),
);

const METHODS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['split', 'split'],
  ['entries', 'numbered'],
  ['keys', 'keys'],
  ['values', 'values'],
  ['slice', 'from'],
  ['at', 'element'],
  ['concat', 'sum'],
  ['reverse', 'reversed'],
  ['toReversed', 'reversed'],
]);

/** The value of a call of JavaScript's own functions, of a file's text, of SQL that is made. */
export function knownCall(call: Call, reader: ValueReader): HostValue | undefined {
  if (call.tagged === true) return tagged(call, reader);
  const path = dottedName(call.callee);
  const known = madeObject(call, path, reader) ?? knownFunction(call, path, reader);
  if (known !== undefined) return known;
  const callee = unwrapped(call.callee);
  return callee.kind === 'member' ? knownMethod(call, callee, reader) : undefined;
}

/** ``sql`..` ``, ``String.raw`..` ``: the text. Values in its holes are bound, names and raw text are put in. */
function tagged(call: Call, reader: ValueReader): HostValue | undefined {
  const [text] = call.arguments;
  return text === undefined ? undefined : reader.derived('same', reader.value(text), [], call);
}

/** `new Set(x)`, `new Map([[1, '..']])`, `new URL('./schema.sql', import.meta.url)`. */
function madeObject(call: Call, path: readonly string[], reader: ValueReader): HostValue | undefined {
  const [first] = call.arguments;
  const name = path.join('.');
  if (call.makes !== true || first === undefined)
    return call.makes === true && (name === 'Set' || name === 'Array' || name === 'Map')
      ? { kind: 'list', items: [] }
      : undefined;
  if (name === 'Set' || name === 'Array' || name === 'Map') return reader.value(first);
  if (name === 'URL') return reader.derived('same', reader.value(first), [], call);
  return undefined;
}

function knownFunction(call: Call, path: readonly string[], reader: ValueReader): HostValue | undefined {
  const [first] = call.arguments;
  if (first === undefined || path.length === 0) return undefined;
  const name = path.join('.');
  if (
    /^(?:sql|Prisma|knex|db|sequelize|Sequelize)\.(?:raw|unsafe|literal|ref|table|id|join|sql)$/.test(name) ||
    name === 'sql' ||
    name === 'dedent'
  )
    return reader.derived('same', reader.value(first), [], call);
  if (name === 'require' && first.kind === 'string') return required(first, reader);
  const isOfFiles = /^(?:require|fs|fsp|promises|fsPromises|Deno|path|url|node_path|nodePath|nodeFs)$/.test(
    path.at(-2) ?? '',
  );
  const operation = FUNCTIONS.get(name) ?? (isOfFiles ? FUNCTIONS.get(path.at(-1) ?? '') : undefined);
  if (operation === undefined) return undefined;
  const takesParts = operation === 'path' && /(?:join|resolve)$/.test(name);
  return reader.derived(
    operation,
    reader.value(first),
    takesParts ? reader.arguments(call.arguments.slice(1)) : [],
    call,
  );
}

/** `require('./migrations')`: what the module hands out as a whole. */
function required(first: ExpressionOf<'string'>, reader: ValueReader): HostValue | undefined {
  const { from, to } = first.literal;
  const base = importedPath(reader.file.text.slice(from, to), reader.file.path);
  return base.length === 0 ? undefined : { kind: 'name', path: [...base, 'default'], span: reader.span(first) };
}

function knownMethod(call: Call, callee: ExpressionOf<'member'>, reader: ValueReader): HostValue | undefined {
  const { name, of } = callee;
  const [first] = call.arguments;
  const isPrepare = /^prepare(?:Sync|Async)?$/.test(name);
  if (isPrepare && first !== undefined) return reader.derived('same', reader.value(first), [], call);
  if (name === 'sort' || name === 'toSorted') return sorted(call, of, reader);
  if (name === 'join' && call.arguments.length <= 1)
    return reader.derived(
      'joined',
      first === undefined ? writtenAt(',', reader.span(call)) : reader.value(first),
      [reader.value(of)],
      call,
    );
  if (name === 'includes' || name === 'has') return lookedFor(call, of, reader);
  if (name === 'replace' || name === 'replaceAll') return replaced(call, of, reader);
  // `.filter(Boolean)`: nothing that matters is left out.
  const isKept = name === 'filter' && first !== undefined && dottedName(first).join('.') === 'Boolean';
  if (isKept || SAME.has(name)) return reader.derived('same', reader.value(of), [], call);
  const operation = METHODS.get(name);
  const pattern = name === 'split' && first?.kind === 'pattern' ? cutBy(first.words) : undefined;
  if (pattern !== undefined)
    return reader.derived('split', reader.value(of), [writtenAt(pattern, reader.span(call))], call);
  return operation === undefined
    ? undefined
    : reader.derived(operation, reader.value(of), reader.arguments(call.arguments), call);
}

/** `/;\s*\n/`: cut at a semicolon, or at one that ends a line. A pattern that looks around knows more of SQL. */
function cutBy(pattern: string): string | undefined {
  if (!/^\/;(?:\\[srn]|[$*+?])*\/[gmsu]*$/.test(pattern)) return undefined;
  return /\\n|\$/.test(pattern) ? ';\n' : ';';
}

/** `steps.sort((a, b) => a.version - b.version)` */
export function changedInPlace(
  call: Call,
  reader: ValueReader,
): { readonly list: Expression; readonly value: HostValue } | undefined {
  const callee = unwrapped(call.callee);
  if (callee.kind !== 'member' || callee.name !== 'sort' || dottedName(callee.of).length !== 1) return undefined;
  return { list: callee.of, value: sorted(call, callee.of, reader) };
}

function lookedFor(call: Call, of: Expression, reader: ValueReader): HostValue | undefined {
  const [first] = call.arguments;
  if (first === undefined) return undefined;
  const condition = {
    condition: 'contains',
    item: reader.value(first),
    collection: reader.value(of),
    span: reader.span(call),
  } as const;
  return { kind: 'condition', condition };
}

/** `name.replace('.sql', '')`, `.replace(/\.sql$/, '')`: the file without its extension. */
function replaced(call: Call, of: Expression, reader: ValueReader): HostValue | undefined {
  const [pattern, by] = call.arguments;
  const words = pattern === undefined ? '' : reader.file.text.slice(pattern.start, pattern.end);
  const isExtension =
    /\.(?:sql|[cm]?[jt]s)\$?['"/]/.test(words.replaceAll('\\', '')) &&
    by?.kind === 'string' &&
    by.literal.from === by.literal.to;
  return isExtension ? reader.derived('file-stem', reader.value(of), [], call) : undefined;
}

/** `list.sort((a, b) => a.version - b.version)`: by the field, as numbers. */
function sorted(call: Call, of: Expression, reader: ValueReader): HostValue {
  const [by] = call.arguments;
  const over = reader.value(of);
  const lambda = by === undefined ? undefined : unwrapped(by);
  if (lambda?.kind !== 'lambda') return reader.derived('sorted', over, [], call);
  const words = reader.file.text.slice(lambda.start, lambda.end);
  const isByNumber = !/localeCompare|[<>]/.test(words.replaceAll('=>', '')) || words.includes('numeric');
  const [first] = lambda.parameters;
  const field =
    first === undefined ? undefined : new RegExp(`(?<![\\w.])${literalPattern(first.name)}\\.(\\w+)`).exec(words)?.[1];
  const key = field === undefined || field === 'localeCompare' ? [] : [writtenAt(field, reader.span(call))];
  return reader.derived(isByNumber ? 'sorted-by-number' : 'sorted', over, key, call);
}
