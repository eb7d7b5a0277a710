import { literalPattern } from '../../text/literal-pattern.ts';
import type { CodeFunction } from './values.ts';

/** `sqlite3.connect(`, `sql.Open(`, `Connection::open(`, `new Database(`; a plain `open(` or `File::open(` opens any file. */
const OPENINGS =
  /(?<![\w.:])(?!(?:os|fs|io|File|gzip|Path|ioutil|aiofiles)\b)(?:\w+(?:\.|::))+(?:connect|open|Open)\w*\s*\(|\bnew\s+[\w.]*(?:Database|DatabaseSync)\s*\(|(?<![\w.])connect\s*\(/g;

/** An argument list ends with its line, or a few of them. */
const LONGEST_ARGUMENTS = 200;

/** Whether a function hands a name to what opens a database: a file of that name is the database's own. */
export function opensAsDatabase(name: readonly string[], { function: declared, module }: CodeFunction): boolean {
  const text = module.file.text.slice(declared?.span.start ?? 0, declared?.span.end);
  const written = new RegExp(`(?<![\\w.])${literalPattern(name.join('.'))}(?![\\w.(])`);
  for (const opening of text.matchAll(OPENINGS)) {
    const from = opening.index + opening[0].length;
    if (written.test(argumentsFrom(text.slice(from, from + LONGEST_ARGUMENTS)))) return true;
  }
  return false;
}

/** What stands before the closing parenthesis. */
function argumentsFrom(text: string): string {
  let depth = 1;
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '(') depth++;
    else if (text.charAt(at) === ')' && --depth === 0) return text.slice(0, at);
  }
  return text;
}
