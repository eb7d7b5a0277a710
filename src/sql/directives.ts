import type { SourceFile, Span } from '../text/source-file.ts';

/** What a person tells migralint in a comment, in SQL or in host code. */
export interface Directive {
  /** `statement`: for the statement it stands in or before; `file`: for the whole file. */
  readonly kind: 'statement' | 'file';
  /** The rules named; empty when none is, which silences nothing and is worth a word. */
  readonly rules: readonly string[];
  /** Why; empty when nothing is said. */
  readonly reason: string;
  /** The directive's words, from `migralint-ignore` to the end of the reason. */
  readonly span: Span;
  /** Offset in the file of the statement meant; absent for `file`, and when no statement follows. */
  readonly statementStart?: number;
}

/** Where a statement stands in the file. */
interface Place {
  readonly start: number;
  readonly end: number;
}

const KEYWORD = 'migralint-ignore';
const FILE_SUFFIX = '-file';

/** A reason is a sentence. The bound keeps a file with one endless line cheap. */
const LONGEST_DIRECTIVE = 1000;

/**
 * Finds `migralint-ignore RULE[, RULE]: reason` and `migralint-ignore-file RULE: reason` in the comments of a file.
 * `statements`: the places of the file's statements, ascending.
 */
export function findDirectives(file: SourceFile, statements: readonly Place[]): readonly Directive[] {
  const directives: Directive[] = [];
  const { text } = file;
  let next = 0;
  for (let at = text.indexOf(KEYWORD); at !== -1; at = text.indexOf(KEYWORD, at + KEYWORD.length)) {
    if (!followsCommentOpener(text, at)) continue;
    while ((statements[next]?.end ?? Infinity) <= at) next++;
    const directive = readDirective(file, at, statements[next]);
    if (directive !== undefined) directives.push(directive);
  }
  return directives;
}

/** `--`, `//`, `#`, `/*` or, on a further line of a block comment, `*` stands before it, with white space between. */
function followsCommentOpener(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  const last = text[before];
  const previous = text[before - 1];
  if (last === '#' || last === '*' || last === '!') return true;
  return (last === '-' && previous === '-') || (last === '/' && previous === '/');
}

function readDirective(file: SourceFile, at: number, statement: Place | undefined): Directive | undefined {
  const { text } = file;
  const words = text.slice(at, endOfDirective(text, at)).trimEnd();
  const isFile = words.startsWith(FILE_SUFFIX, KEYWORD.length);
  const rest = words.slice(KEYWORD.length + (isFile ? FILE_SUFFIX.length : 0));
  if (/^[\w-]/.test(rest)) return undefined;
  const colon = rest.indexOf(':');
  const names = colon === -1 ? rest : rest.slice(0, colon);
  const directive = {
    rules: names.split(/[\s,]+/).filter((name) => name !== ''),
    reason: colon === -1 ? '' : rest.slice(colon + 1).trim(),
    span: { file, start: at, end: at + words.length },
  };
  if (isFile) return { kind: 'file', ...directive };
  if (statement === undefined) return { kind: 'statement', ...directive };
  return { kind: 'statement', ...directive, statementStart: statement.start };
}

/** The end of the line or of the block comment. */
function endOfDirective(text: string, at: number): number {
  const limit = Math.min(text.length, at + LONGEST_DIRECTIVE);
  for (let offset = at; offset < limit; offset++) {
    const unit = text[offset];
    if (unit === '\n' || unit === '\r' || (unit === '*' && text[offset + 1] === '/')) return offset;
  }
  return limit;
}
