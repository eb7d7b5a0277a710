import type { ParsedNode } from 'yaml';
import type { Segment } from './sql-text.ts';

/** A scalar of a YAML or JSON file, with the places of its characters there. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string;
  /** Of its first character. */
  readonly start: number;
  /** Where each run of it stands in the file: a block of several lines is indented there. */
  readonly segments: readonly Segment[];
}

export type YamlNode =
  | YamlScalar
  | { readonly kind: 'list'; readonly start: number; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly start: number; readonly entries: readonly (readonly [string, YamlNode])[] };

let library: typeof import('yaml') | null = null;

/** Loads the parser: only projects that have something to read with it pay for it. */
export async function loadYaml(): Promise<void> {
  library ??= await import('yaml');
}

/** The first document of a YAML 1.2 file, which JSON is too; null where it cannot be read. The parser must be loaded. */
export function readYaml(text: string): YamlNode | null {
  if (library === null) throw new Error('readYaml before loadYaml');
  const document = library.parseDocument(text, { logLevel: 'silent', stringKeys: true, uniqueKeys: false });
  if (document.errors.length > 0 || document.contents === null) return null;
  return nodeOf(document.contents, text, library, 0);
}

/** Deep enough for any real file; aliases are left out, so that nothing can grow. */
const DEEPEST = 100;

function nodeOf(node: ParsedNode | null, text: string, yaml: typeof import('yaml'), depth: number): YamlNode | null {
  if (node === null || depth > DEEPEST) return null;
  const start = node.range[0];
  if (yaml.isScalar(node)) return scalarOf(node.value, node.type, node.range, text);
  if (yaml.isSeq(node)) {
    const items = node.items as readonly (ParsedNode | null)[];
    return { kind: 'list', start, items: items.flatMap((item) => nodeOf(item, text, yaml, depth + 1) ?? []) };
  }
  if (!yaml.isMap(node)) return null;
  const entries = node.items.flatMap(({ key, value }): readonly (readonly [string, YamlNode])[] => {
    const name = yaml.isScalar(key) ? String(key.value) : null;
    const inner = nodeOf(value, text, yaml, depth + 1);
    return name === null || inner === null ? [] : [[name, inner]];
  });
  return { kind: 'map', start, entries };
}

function scalarOf(
  value: unknown,
  type: string | undefined,
  [start, end]: readonly [number, number, number],
  text: string,
): YamlScalar {
  const isText = typeof value === 'string';
  const words = isText ? value : value === null ? '' : text.slice(start, end);
  const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
  const from = isQuoted ? start + 1 : start;
  const segments = segmentsOf(words, text, from, end);
  return { kind: 'scalar', value: words, start: segments[0]?.hostStart ?? from, segments };
}

/** The lines of a value are found one after the other in the file; one that was folded or escaped stands where the last ended. */
function segmentsOf(value: string, text: string, from: number, end: number): readonly Segment[] {
  const segments: Segment[] = [];
  let host = from;
  for (const { 0: line, index } of value.matchAll(/[^\n]*\n?/g)) {
    const words = line.trim();
    if (words === '') continue;
    const found = text.indexOf(words, host);
    const isThere = found >= 0 && found < end;
    const at = isThere ? found : host;
    const offset = isThere ? line.length - line.trimStart().length : 0;
    segments.push({
      start: segments.length === 0 ? 0 : index + offset,
      hostStart: at - (segments.length === 0 ? offset : 0),
    });
    host = isThere ? found + words.length : host;
  }
  return segments.length === 0 ? [{ start: 0, hostStart: from }] : segments;
}
