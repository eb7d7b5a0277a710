import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { XmlElement, XmlValue } from '../text/xml.ts';
import { loadYaml, readYaml, type YamlNode, type YamlScalar } from '../text/yaml.ts';

/** Whether a file is a changelog in YAML or JSON. */
export function isYamlChangelog({ path, text }: SourceFile): boolean {
  return /\.(?:ya?ml|json)$/.test(path) && /\bdatabaseChangeLog\b["']?\s*:/.test(text);
}

/** Loads what is needed to read the changelogs of a project, where it has one in YAML or JSON. */
export async function loadChangelogReader({ files }: Project): Promise<void> {
  for (const file of files.values()) if (isYamlChangelog(file)) return loadYaml();
}

const known = new WeakMap<SourceFile, readonly XmlElement[]>();

/**
 * The entries of such a changelog as the elements that it would have in XML: Liquibase reads all forms into one tree of names
 * (liquibase.parser.core.yaml, ParsedNode). A list of one-entry maps is a list of children.
 */
export function readYamlChangelog(file: SourceFile): readonly XmlElement[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const root = readYaml(file.text);
  const log = root?.kind === 'map' ? root.entries.find(([name]) => name === 'databaseChangeLog')?.[1] : undefined;
  const elements = log === undefined ? [] : elementOf('databaseChangeLog', log).children;
  known.set(file, elements);
  return elements;
}

/** Lists that only hold the children together, and have no element of their own in XML. */
const GROUPS: ReadonlySet<string> = new Set(['changes', 'columns']);

function elementOf(name: string, node: YamlNode): XmlElement {
  const attributes = new Map<string, XmlValue>();
  const children: XmlElement[] = [];
  if (node.kind === 'scalar') return { name, attributes, children, text: valueOf(node), start: node.start };
  const entries = node.kind === 'map' ? node.entries : node.items.flatMap(entriesOf);
  for (const [key, value] of entries) {
    if (value.kind === 'scalar' && !GROUPS.has(name)) attributes.set(key, valueOf(value));
    else if (GROUPS.has(key)) children.push(...elementOf(key, value).children);
    else children.push(elementOf(key, value));
  }
  return { name, attributes, children, text: NO_TEXT, start: node.start };
}

function entriesOf(node: YamlNode): readonly (readonly [string, YamlNode])[] {
  return node.kind === 'map' ? node.entries : [];
}

const NO_TEXT: XmlValue = { value: '', start: 0, isPlain: true };

function valueOf({ value, start, segments }: YamlScalar): XmlValue {
  return { value, start, isPlain: segments.length === 1, segments };
}
