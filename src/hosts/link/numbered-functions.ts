import type { CodeFunction } from './values.ts';

/** `m002_reserved`, `migration_3`, `v0004`, `upgrade_5_to_6`: the word in front, and the number. */
const NUMBERED = /^_?(?<word>m|v|migrations?|migrate|upgrade|update|version|step|patch|rev)_?(?<number>\d+)(?:_\w*)?$/i;

/**
 * Functions of one module that are numbered and that no code calls by name: a runner takes them from the module, by number, and runs
 * each once (`for name, migrate in migrations.__dict__.items()`). Each list is such a chain, in its order.
 */
export function numberedFunctions(entries: readonly CodeFunction[]): readonly (readonly CodeFunction[])[] {
  const chains = new Map<string, { number: bigint; entry: CodeFunction }[]>();
  for (const entry of entries) {
    const { word, number } = NUMBERED.exec(entry.function?.name ?? '')?.groups ?? {};
    if (word === undefined || number === undefined) continue;
    const key = `${entry.module.file.path} ${entry.function?.owner ?? ''} ${word.toLowerCase()}`;
    const chain = chains.get(key) ?? [];
    chains.set(key, chain);
    chain.push({ number: BigInt(number), entry });
  }
  return [...chains.values()]
    .filter((chain) => chain.length > 1)
    .map((chain) => chain.sort((left, right) => Number(left.number - right.number)).map(({ entry }) => entry));
}

/**
 * `upgrade_from_v2`, `migrateFrom3`, `to_version_4`: a step from one version to the next. Only code that looks at the version calls it, so by
 * itself it shows neither on what it runs nor how often.
 */
export function isVersionStep({ function: called }: CodeFunction): boolean {
  return VERSION_STEP.test(called?.name ?? '');
}

const VERSION_STEP =
  /^_?(?:(?:run|do|apply)_?)?(?:(?:db|schema)_?)?(?:migrations?|migrate|upgrade|update|convert|patch|v)?(?:_?(?:db|schema|database|data))?_?(?:from|to)_?(?:v|ver|version|schema)?_?\d+(?:_?to_?(?:v|ver|version)?_?\d+)?$/i;
