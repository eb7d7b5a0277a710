import { Unreadable, type Cursor } from '../cursor.ts';
import { readName } from '../names.ts';
import { fragmentUpTo, toSemicolon } from './fragments.ts';
import type { Declaration } from './tree.ts';

/** What stands between DECLARE and BEGIN. One that cannot be read is a variable of which nothing is known. */
export function readDeclarations(cursor: Cursor): readonly Declaration[] {
  const declarations: Declaration[] = [];
  while (!cursor.atEnd() && !cursor.is('begin')) {
    const start = cursor.start();
    const name = readDeclaredName(cursor);
    if (name !== null) declarations.push({ name, ...readDeclared(cursor), ...cursor.rangeFrom(start) });
    toSemicolon(cursor);
    // DECLARE may be said again for each of them.
    cursor.accept('declare');
  }
  return declarations;
}

function readDeclaredName(cursor: Cursor): Declaration['name'] | null {
  try {
    return readName(cursor);
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    cursor.advance();
    return null;
  }
}

/** `[CONSTANT] type [COLLATE c] [NOT NULL] [{DEFAULT | := | =} value]`, `ALIAS FOR x`, `CURSOR FOR query`. */
function readDeclared(cursor: Cursor): Pick<Declaration, 'type' | 'value'> {
  cursor.accept('constant');
  const start = cursor.start();
  while (!cursor.atEnd() && !atTypeEnd(cursor)) cursor.skipItem();
  const type = cursor.textOf(cursor.rangeFrom(start));
  while (!cursor.atEnd() && !cursor.isSymbol(';') && !atDefault(cursor)) cursor.skipItem();
  if (!atDefault(cursor) || /^(?:no\s+scroll\s+|scroll\s+)?cursor\b/i.test(type)) return { type, value: null };
  cursor.advance();
  return { type, value: cursor.isSymbol(';') || cursor.atEnd() ? null : fragmentUpTo(cursor, []) };
}

function atDefault(cursor: Cursor): boolean {
  return cursor.is('default') || cursor.isSymbol(':=') || cursor.isSymbol('=');
}

function atTypeEnd(cursor: Cursor): boolean {
  return cursor.isSymbol(';') || atDefault(cursor) || cursor.is('collate') || cursor.areWords('not', 'null');
}
