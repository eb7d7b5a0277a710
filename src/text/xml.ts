import type { SourceFile } from './source-file.ts';
import type { Segment } from './sql-text.ts';

/** A value as an XML file holds it, with the place of its first character. */
export interface XmlValue {
  readonly value: string;
  readonly start: number;
  /** Whether the value stands in the file as it is: without entities. */
  readonly isPlain: boolean;
  /** Where each run of it stands; absent: in one, from `start` on. */
  readonly segments?: readonly Segment[];
}

export interface XmlElement {
  /** Without its name space's prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, XmlValue>;
  readonly children: readonly XmlElement[];
  /** Its text, that of its children left out. */
  readonly text: XmlValue;
  readonly start: number;
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, XmlValue>;
  readonly children: XmlElement[];
  readonly start: number;
  text: XmlValue | null;
}

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[!?][^>]*>|<\/\s*([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+|</g;

/**
 * The elements of an XML file with their places: enough of XML for the files of tools. It never fails; what is not well formed is
 * passed over, and an element that is not closed ends with the file.
 */
export function readXml({ text }: SourceFile): readonly XmlElement[] {
  const root: Open = { name: '', attributes: new Map(), children: [], start: 0, text: null };
  const open: Open[] = [root];
  for (const match of text.matchAll(TOKEN)) {
    const [token, cdata, closes, opens, attributes = '', selfCloses] = match;
    const current = open.at(-1) ?? root;
    if (closes !== undefined) closeUntil(open, localName(closes));
    else if (opens !== undefined) {
      const at = match.index + 1 + opens.length;
      const element = {
        name: localName(opens),
        attributes: readAttributes(attributes, at),
        children: [],
        start: match.index,
        text: null,
      };
      open.push(element);
      if (selfCloses === '/') closeOne(open);
    } else if (cdata !== undefined)
      current.text = longer(current.text, { value: cdata, start: match.index + 9, isPlain: true });
    else if (!token.startsWith('<')) current.text = longer(current.text, withoutEntities(token, match.index));
  }
  while (open.length > 1) closeOne(open);
  return root.children;
}

/** Text around a comment or a child is white space in practice: the longest run counts. */
function longer(known: XmlValue | null, more: XmlValue): XmlValue {
  return known !== null && known.value.trim().length >= more.value.trim().length ? known : more;
}

function closeUntil(open: Open[], name: string): void {
  if (!open.some((element) => element.name === name)) return;
  while (open.length > 1) {
    const last = open.at(-1)?.name;
    closeOne(open);
    if (last === name) return;
  }
}

function closeOne(open: Open[]): void {
  const element = open.pop();
  if (element === undefined) return;
  open.at(-1)?.children.push({ ...element, text: element.text ?? { value: '', start: element.start, isPlain: true } });
}

function readAttributes(text: string, at: number): ReadonlyMap<string, XmlValue> {
  const found = new Map<string, XmlValue>();
  for (const match of text.matchAll(/([\w:.-]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)')/g)) {
    const [, name = '', equals = '', double, single] = match;
    const start = at + match.index + name.length + equals.length + 1;
    found.set(localName(name), withoutEntities(double ?? single ?? '', start));
  }
  return found;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function withoutEntities(text: string, start: number): XmlValue {
  if (!text.includes('&')) return { value: text, start, isPlain: true };
  const value = text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return ENTITIES.get(String(name)) ?? whole;
  });
  return { value, start, isPlain: false };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
