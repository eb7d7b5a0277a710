import type { DialectName, Version, VersionRange } from './dialects/dialect.ts';
import { dialectNames } from './dialects/index.ts';
import type { Level } from './finding.ts';
import { readJson } from './text/json.ts';
import { nearestName } from './text/nearest-name.ts';
import { positionAt } from './text/source-file.ts';

/** What a project says about itself. Paths and globs are relative to the config's folder, with `/`. */
export interface Config {
  readonly dialect?: DialectName;
  /** Versions of the engine that must be served; absent: those in use. */
  readonly engineVersion?: VersionRange;
  /** False: the project wipes and rebuilds its databases; only the fresh path counts. Absent: true. */
  readonly upgrades?: boolean;
  /** How the files are run. Absent: what is detected. */
  readonly deployments?: readonly DeploymentConfig[];
  /** Databases that exist in the field, for all deployments. */
  readonly start?: StartConfig;
  readonly rules?: Readonly<Record<string, Level>>;
  /** Levels that hold in some files only. The last that matches a finding's file wins. */
  readonly overrides?: readonly OverrideConfig[];
  /** Modules with rules of one's own: paths from the config's folder, or packages. Each exports a rule or a list of them. */
  readonly plugins?: readonly string[];
  /** Globs of files that are not looked at. */
  readonly ignore?: readonly string[];
  /** File that lists the findings which are known and not reported. */
  readonly baseline?: string;
}

export interface OverrideConfig {
  /** Globs of files. */
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, Level>>;
}

export interface StartConfig {
  /** A glob of git tags: each is a release, whose own files have made databases. */
  readonly releases?: string;
}

export interface DeploymentConfig {
  readonly name?: string;
  /** The folder that the globs below are relative to. */
  readonly root: string;
  readonly dialect?: DialectName;
  /** In the order in which a deploy runs them. */
  readonly run: readonly RunConfig[];
  /**
   * Databases that exist in the field: the files that make one, by the name of the install. Under `releases`, a glob of git
   * tags, as in `start` of the whole config.
   */
  readonly start?: Readonly<Record<string, readonly string[] | string>>;
  /** Names, or their beginnings, of migrations that may run a second time. */
  readonly rerunnable?: readonly string[];
}

export interface RunConfig {
  /** Files or globs; a glob's files run in the order of their names. */
  readonly files: readonly string[];
  readonly when: When;
  /** Absent: each file that runs once, unless it begins a transaction itself. */
  readonly transaction?: TransactionScope;
}

/** What one transaction holds: nothing, each file, or all files of the entry that a deploy runs. */
export type TransactionScope = (typeof transactionScopes)[number];
const transactionScopes = ['none', 'file', 'all'] as const;

/** Every start; unless recorded; on an empty database only; on a filled one only; when the file's text has changed. */
export type When = (typeof whens)[number];
const whens = ['always', 'once', 'fresh', 'upgrade', 'on-change'] as const;

const levels = ['error', 'warning', 'info', 'off'] as const satisfies readonly Level[];

/** A config, or every fault in it: one line each, with the path of the value at fault. */
export type ConfigReading =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the text of a `migralint.config.json`, which may hold comments. `ruleNames`: what `rules` may name; absent: not checked. */
export function parseConfig(text: string, path: string, ruleNames?: readonly string[]): ConfigReading {
  const reading = readJson(text, 'comments');
  if (reading.ok) return validateConfig(reading.value, path, ruleNames);
  const { line, column } = positionAt({ path, text }, reading.offset);
  return { ok: false, problems: [`${path}:${line}:${column}: ${reading.message}`] };
}

/** Checks a config that was made elsewhere: by a script, or under `migralint` in a package.json. */
export function validateConfig(value: unknown, path: string, ruleNames?: readonly string[]): ConfigReading {
  const problems: string[] = [];
  const config = configKind(ruleNames).read(value, '', (at, problem) => {
    problems.push(`${path}: ${at === '' ? '' : `${at}: `}${problem}`);
  });
  return config !== undefined && problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}

/** Gives a config back as it is: for a `migralint.config.mjs` whose author wants an editor to know its keys. */
export function defineConfig(config: Config): Config {
  return config;
}

/** The JSON schema of a config, from the same table. */
export function configSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'migralint.config.json',
    ...configKind().schema,
  };
}

/** A kind of value: how it is read, and how a JSON schema describes it. */
interface Kind<Value> {
  readonly schema: object;
  /** Undefined after a problem. */
  read(value: unknown, at: string, problem: Problem): Value | undefined;
}
type Problem = (at: string, problem: string) => void;

type Fields<Value> = {
  readonly [Key in keyof Value]-?: {
    readonly help: string;
    readonly kind: Kind<Exclude<Value[Key], undefined>>;
    readonly required?: true;
  };
};

function configKind(ruleNames?: readonly string[]): Kind<Config> {
  return objectOf<Config & { $schema?: string }>({
    $schema: { help: 'Where editors find the description of this file.', kind: text },
    dialect: { help: 'The dialect of all SQL in the project. Absent: told from its files.', kind: oneOf(dialectNames) },
    engineVersion: {
      help: 'The versions of the engine that must be served: "15", "3.35", "8.0 - 8.4". Absent: those in use.',
      kind: versionRange,
    },
    upgrades: { help: 'False where databases are wiped and rebuilt, so that only a fresh install counts.', kind: flag },
    deployments: { help: 'How the files are run. Absent: what is detected.', kind: listOf(objectOf(deploymentFields)) },
    start: {
      help: 'Databases that exist in the field, for all deployments.',
      kind: objectOf({ releases: { help: releasesHelp, kind: text } } satisfies Fields<StartConfig>),
    },
    rules: { help: 'Levels by rule.', kind: recordOf(oneOf(levels), ruleNames) },
    overrides: {
      help: 'Levels that hold in some files only. The last that matches a file wins.',
      kind: listOf(
        objectOf<OverrideConfig>({
          files: { help: 'Globs of files.', kind: listOf(text), required: true },
          rules: { help: 'Levels by rule.', kind: recordOf(oneOf(levels), ruleNames), required: true },
        }),
      ),
    },
    plugins: {
      help: "Modules with rules of one's own: paths from the config's folder, or packages.",
      kind: listOf(text),
    },
    ignore: { help: 'Globs of files that are not looked at.', kind: listOf(text) },
    baseline: {
      help: 'File that lists the known findings, which are not reported. Absent: migralint-baseline.json, if it is there.',
      kind: text,
    },
  });
}

const text = primitive('string', 'a string', (value): value is string => typeof value === 'string');
const flag = primitive('boolean', 'true or false', (value): value is boolean => typeof value === 'boolean');

const releasesHelp =
  'A glob of git tags, such as "v*": each is a release, and databases that its files have made are start states.';

/** The files that make a database; under `releases`, a glob of git tags as well. */
const filesOrTags: Kind<readonly string[] | string> = {
  schema: { type: ['array', 'string'], items: { type: 'string' } },
  read(value, at, problem) {
    const isGlobOfTags = at.endsWith('.releases') && typeof value === 'string';
    return isGlobOfTags ? value : listOf(text).read(value, at, problem);
  },
};

const versionRange: Kind<VersionRange> = {
  schema: { type: 'string', pattern: '^\\d+(\\.\\d+)*(\\s*-\\s*\\d+(\\.\\d+)*)?$' },
  read(value, at, problem) {
    const range = typeof value === 'string' ? parseVersionRange(value) : undefined;
    if (range === undefined) problem(at, `expected a version or a range such as "8.0 - 8.4", got ${shown(value)}`);
    return range;
  },
};

const runFields: Fields<RunConfig> = {
  files: { help: 'Files or globs, relative to the root.', kind: listOf(text), required: true },
  when: { help: 'When a deploy runs them.', kind: oneOf(whens), required: true },
  transaction: {
    help: 'What one transaction holds. Absent: each file that runs once, unless it begins a transaction itself.',
    kind: oneOf(transactionScopes),
  },
};

const deploymentFields: Fields<DeploymentConfig> = {
  name: { help: 'How reports call it. Absent: its root.', kind: text },
  root: { help: 'The folder that the globs are relative to.', kind: text, required: true },
  dialect: { help: 'The dialect of this deployment alone.', kind: oneOf(dialectNames) },
  run: { help: 'What a deploy runs, in this order.', kind: listOf(objectOf(runFields)), required: true },
  start: {
    help: 'Databases that exist in the field: the files that make one, by the name of the install.',
    kind: recordOf(filesOrTags),
  },
  rerunnable: { help: 'Names, or their beginnings, of migrations that may run a second time.', kind: listOf(text) },
};

/** `15` means all of 15; `3.40` exactly that; `8.0 - 8.4` from the first to the last. */
export function parseVersionRange(words: string): VersionRange | undefined {
  const parts = /^(\d+)(?:\.(\d+))?(?:\.\d+)*(?:\s*-\s*(\d+)(?:\.(\d+))?(?:\.\d+)*)?$/.exec(words.trim());
  if (parts === null) return undefined;
  const [, fromMajor, fromMinor, toMajor = fromMajor, toMinor = parts[3] === undefined ? fromMinor : undefined] = parts;
  const from: Version = [Number(fromMajor), Number(fromMinor ?? 0)];
  const to: Version = [Number(toMajor), Number(toMinor ?? 99)];
  const ascending = from[0] < to[0] || (from[0] === to[0] && from[1] <= to[1]);
  return ascending ? { from, to } : undefined;
}

function primitive<Value>(type: string, expected: string, is: (value: unknown) => value is Value): Kind<Value> {
  return {
    schema: { type },
    read(value, at, problem) {
      if (is(value)) return value;
      problem(at, `expected ${expected}, got ${shown(value)}`);
      return undefined;
    },
  };
}

function oneOf<Name extends string>(names: readonly Name[]): Kind<Name> {
  return {
    schema: { enum: names },
    read(value, at, problem) {
      const found = names.find((name) => name === value);
      if (found === undefined) problem(at, `expected one of ${names.map(quoted).join(', ')}, got ${shown(value)}`);
      return found;
    },
  };
}

function listOf<Item>(kind: Kind<Item>): Kind<readonly Item[]> {
  return {
    schema: { type: 'array', items: kind.schema },
    read(value, at, problem) {
      if (!Array.isArray(value)) {
        problem(at, `expected a list, got ${shown(value)}`);
        return undefined;
      }
      const items: readonly unknown[] = value;
      const read = items.map((item, index) => kind.read(item, `${at}[${index}]`, problem));
      return read.filter((item) => item !== undefined);
    },
  };
}

function recordOf<Value>(kind: Kind<Value>, names?: readonly string[]): Kind<Readonly<Record<string, Value>>> {
  return {
    schema: { type: 'object', additionalProperties: kind.schema },
    read(value, at, problem) {
      if (!isObject(value)) {
        problem(at, `expected an object, got ${shown(value)}`);
        return undefined;
      }
      const entries = Object.entries(value).map(([key, item]): [string, Value | undefined] => {
        if (names !== undefined && !names.includes(key)) problem(at, unknownName('rule', key, names));
        return [key, kind.read(item, memberPath(at, key), problem)];
      });
      return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
    },
  };
}

function objectOf<Value>(fields: Fields<Value>): Kind<Value> {
  const names = Object.keys(fields) as (keyof Value & string)[];
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        names.map((name) => [name, { description: fields[name].help, ...fields[name].kind.schema }]),
      ),
      required: names.filter((name) => fields[name].required),
      additionalProperties: false,
    },
    read(value, at, problem) {
      if (!isObject(value)) {
        problem(at, `expected an object, got ${shown(value)}`);
        return undefined;
      }
      for (const key of Object.keys(value)) {
        if (!names.some((name) => name === key)) problem(at, unknownName('key', key, names));
      }
      const entries: [string, unknown][] = [];
      for (const name of names) {
        if (Object.hasOwn(value, name))
          entries.push([name, fields[name].kind.read(value[name], memberPath(at, name), problem)]);
        else if (fields[name].required) problem(at, `the key "${name}" is missing`);
      }
      return Object.fromEntries(entries.filter(([, read]) => read !== undefined)) as Value;
    },
  };
}

function memberPath(at: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${at}[${quoted(key)}]`;
  return at === '' ? key : `${at}.${key}`;
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `unknown ${what} ${quoted(name)}${nearest === undefined ? '' : `, did you mean ${quoted(nearest)}?`}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(words: string): string {
  return JSON.stringify(words);
}

/** A value as an error message shows it: short. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  if (value === undefined) return 'nothing';
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return `a ${typeof value}`;
  const words = JSON.stringify(value);
  return words.length > 40 ? `${words.slice(0, 39)}…` : words;
}
