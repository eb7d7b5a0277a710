import { isOfMysql, type Dialect } from '../dialects/dialect.ts';
import { dialectOfWord } from '../layouts/engine-words.ts';

const OPERAND = String.raw`[\w.$>?()[\]:-]*(?:dialect|driver|engine|backend|provider|vendor|flavou?r|scheme|db_?type|db_?kind|dbms|client)[\w.$>?()[\]:-]*`;
const NAME = String.raw`["'\x60](\w+)["'\x60]`;
const OPERATOR = String.raw`\s*(===?|!==?)\s*`;
const COMPARED = new RegExp(`^\\(?(?:${OPERAND}${OPERATOR}${NAME}|${NAME}${OPERATOR}${OPERAND})\\)?$`, 'i');

/**
 * What a condition says, in the words of host code, that compares the dialect of the connection with a name: `engine.name == "postgresql"`,
 * `dialect !== 'sqlite'`. Undefined for all other conditions.
 */
export function askedDialect(words: string, dialect: Dialect): boolean | undefined {
  const [, not, condition = ''] = /^(not )?(.*)$/s.exec(words.trim()) ?? [];
  const found = COMPARED.exec(condition);
  if (found === null) return undefined;
  const [, after, right, left, before] = found;
  const named = dialectOfWord((right ?? left ?? '').toLowerCase());
  if (named === undefined) return undefined;
  // Drivers call MariaDB MySQL, and few tell the one from the other.
  if (named !== dialect.name && isOfMysql(dialect) && named.startsWith('m')) return undefined;
  const isEqual = (after ?? before ?? '').startsWith('=');
  return ((named === dialect.name) === isEqual) !== (not !== undefined);
}
