import type { SourceFile, Span } from '../text/source-file.ts';

/** What a person tells migralint in a comment, in SQL or in host code. */
export interface Directive {
  /** For the statement it stands in or before; for the whole file; from here to an `end`; or such an end that ends nothing. */
  readonly kind: 'statement' | 'file' | 'range' | 'end';
  /** The rules named; empty when none is, which silences nothing and is worth a word. */
  readonly rules: readonly string[];
  /** Why; empty when nothing is said. */
  readonly reason: string;
  /** The directive's words, from `migralint-ignore` to the end of the reason. */
  readonly span: Span;
  /** The part of the file that it speaks of; null when no statement follows, or no end. */
  readonly covers: Place | null;
}

/** A part of a file, in offsets. */
interface Place {
  readonly start: number;
  readonly end: number;
}

const KEYWORD = 'migralint-ignore';
const SUFFIXES = { '-file': 'file', '-start': 'range', '-end': 'end' } as const;

/** A reason is a sentence. The bound keeps a file with one endless line cheap. */
const LONGEST_DIRECTIVE = 1000;

/**
 * Finds `migralint-ignore RULE[, RULE]: reason`, `migralint-ignore-file RULE: reason`, and `migralint-ignore-start RULE: reason`
 * with its `migralint-ignore-end`, in the comments of a file. `statements`: the places of the file's statements, ascending.
 */
export function findDirectives(file: SourceFile, statements: readonly Place[]): readonly Directive[] {
  const directives: Directive[] = [];
  const { text } = file;
  let next = 0;
  for (let at = text.indexOf(KEYWORD); at !== -1; at = text.indexOf(KEYWORD, at + KEYWORD.length)) {
    if (!followsCommentOpener(text, at)) continue;
    while ((statements[next]?.end ?? Infinity) <= at) next++;
    const directive = readDirective(file, at, statements[next] ?? null);
    if (directive !== undefined) directives.push(directive);
  }
  return withRanges(directives);
}

/** Joins each start with its end: the next one that names one of its rules, or none; the innermost start first. */
function withRanges(directives: readonly Directive[]): readonly Directive[] {
  const open: Directive[] = [];
  const ends = new Map<Directive, Directive>();
  for (const directive of directives) {
    if (directive.kind === 'range') open.push(directive);
    if (directive.kind !== 'end') continue;
    const at = open.findLastIndex(
      ({ rules }) => directive.rules.length === 0 || rules.some((rule) => directive.rules.includes(rule)),
    );
    const [start] = at === -1 ? [] : open.splice(at, 1);
    if (start !== undefined) ends.set(start, directive);
  }
  const used = new Set(ends.values());
  return directives.flatMap((directive) => {
    if (used.has(directive)) return [];
    const end = ends.get(directive);
    return [
      end === undefined ? directive : { ...directive, covers: { start: directive.span.start, end: end.span.start } },
    ];
  });
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

function readDirective(file: SourceFile, at: number, statement: Place | null): Directive | undefined {
  const { text } = file;
  const words = text.slice(at, endOfDirective(text, at)).trimEnd();
  const suffix = /^(?:-file|-start|-end)(?![\w-])/.exec(words.slice(KEYWORD.length))?.[0] as
    keyof typeof SUFFIXES | undefined;
  const rest = words.slice(KEYWORD.length + (suffix ?? '').length);
  if (/^[\w-]/.test(rest)) return undefined;
  const kind = suffix === undefined ? 'statement' : SUFFIXES[suffix];
  const colon = rest.indexOf(':');
  const names = colon === -1 ? rest : rest.slice(0, colon);
  return {
    kind,
    rules: names.split(/[\s,]+/).filter((name) => name !== '' && name !== '--'),
    reason: colon === -1 ? '' : rest.slice(colon + 1).trim(),
    span: { file, start: at, end: at + words.length },
    covers: kind === 'statement' ? statement : kind === 'file' ? { start: 0, end: text.length + 1 } : null,
  };
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
