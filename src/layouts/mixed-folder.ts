import type { DialectName } from '../dialects/dialect.ts';
import type { SourceFile } from '../text/source-file.ts';
import { DIALECT_BY_WORD, engineSuffix, stemOf, type EngineSuffix } from './engine-words.ts';

/** The files of one folder that one dialect runs; no dialect where the folder serves one only. */
export interface DialectFiles {
  readonly dialect?: DialectName;
  readonly files: readonly SourceFile[];
}

/**
 * Takes a folder apart whose file names end with the engine they are for (`0001_x.mysql.up.sql` beside `0001_x.sqlite.up.sql`):
 * each dialect runs the files that name it, and those that name none and have no variant of its own.
 */
export function byDialect(files: readonly SourceFile[], asked: DialectName | undefined): readonly DialectFiles[] {
  const suffixes = suffixesOf(files);
  const words = new Set([...suffixes.values()].flatMap((suffix) => (suffix === null ? [] : [suffix.word])));
  const dialects = new Set([...words].flatMap((word) => DIALECT_BY_WORD.get(word) ?? []));
  if (words.size === 1) return byVariant(files, suffixes, asked);
  if (words.size < 2 || dialects.size < 2) return [{ files }];
  return [...dialects]
    .filter((dialect) => asked === undefined || dialect === asked)
    .map((dialect) => ({ dialect, files: filesOf(dialect, files, suffixes) }));
}

/** Where engines stand after a dot (`0001_initial_sqlite.mysql.up.sql`), what stands before it is a part of the title. */
function suffixesOf(files: readonly SourceFile[]): ReadonlyMap<SourceFile, EngineSuffix | null> {
  const suffixes = new Map(files.map((file) => [file, engineSuffix(file.path)]));
  if (![...suffixes.values()].some((suffix) => suffix?.separator === '.')) return suffixes;
  return new Map([...suffixes].map(([file, suffix]) => [file, suffix?.separator === '.' ? suffix : null]));
}

/** One engine has files of its own (`0002_x.mysql.up.sql` beside `0002_x.up.sql`): the plain twins are for the others. */
function byVariant(
  files: readonly SourceFile[],
  suffixes: ReadonlyMap<SourceFile, EngineSuffix | null>,
  asked: DialectName | undefined,
): readonly DialectFiles[] {
  const plain = files.filter((file) => suffixes.get(file) === null);
  const stems = new Set(plain.map((file) => variantOf(stemOf(file.path), file)));
  for (const [file, suffix] of suffixes) {
    const dialect = suffix === null ? undefined : DIALECT_BY_WORD.get(suffix.word);
    if (suffix === null || dialect === undefined || !stems.has(variantOf(suffix.stem, file))) continue;
    const own = { dialect, files: filesOf(dialect, files, suffixes) };
    if (asked !== undefined) return asked === dialect ? [own] : [{ files: plain }];
    return [own, { files: plain }];
  }
  return [{ files }];
}

function filesOf(
  dialect: DialectName,
  files: readonly SourceFile[],
  suffixes: ReadonlyMap<SourceFile, EngineSuffix | null>,
): readonly SourceFile[] {
  const own = new Set<string>();
  for (const [file, suffix] of suffixes) {
    if (suffix !== null && DIALECT_BY_WORD.get(suffix.word) === dialect) own.add(variantOf(suffix.stem, file));
  }
  return files.filter((file) => {
    const suffix = suffixes.get(file) ?? null;
    if (suffix !== null) return DIALECT_BY_WORD.get(suffix.word) === dialect;
    return !own.has(variantOf(stemOf(file.path), file));
  });
}

/** The up and the down half of a migration are two things, each with its own variants. */
function variantOf(stem: string, file: SourceFile): string {
  return `${stem} ${/[._-]down\.sql$/i.test(file.path) ? 'down' : 'up'}`;
}
