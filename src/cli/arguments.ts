import { parseArgs } from 'node:util';
import type { DialectName } from '../dialects/dialect.ts';
import { dialectNames } from '../dialects/index.ts';
import type { Level, Severity } from '../finding.ts';
import { nearestName } from '../text/nearest-name.ts';
import { UsageError } from './usage-error.ts';

export const commandNames = [
  'check',
  'paths',
  'schema',
  'diff',
  'replay',
  'explain',
  'rules',
  'baseline',
  'init',
] as const;
export type CommandName = (typeof commandNames)[number];

/** The severity from which on findings fail the run. */
export type FailOn = Severity | 'never';

/** A report that goes to a file. */
export interface FileReport {
  readonly format: string;
  readonly file: string;
}

/** The command line, read and checked. */
export interface Arguments {
  readonly command: CommandName;
  /** What stands after the command: paths, or a rule's name. */
  readonly operands: readonly string[];
  readonly dialect?: DialectName;
  /** What the answer looks like. */
  readonly format: string;
  /** Further reports of `check`, each into a file of its own (`--format sarif:out.sarif`). */
  readonly reports: readonly FileReport[];
  readonly output?: string;
  /** A config's path, or false for none at all. */
  readonly config?: string | false;
  readonly rules: Readonly<Record<string, Level>>;
  readonly failOn: FailOn;
  readonly maxWarnings?: number;
  readonly quiet: boolean;
  readonly from?: string;
  /** Only what is found now and was not found at this commit. */
  readonly since?: string;
  /** Only what the next commit brings. */
  readonly staged: boolean;
  readonly at: string;
  /** `paths` names the statements whose outcome is not certain. */
  readonly unsure: boolean;
  /** Servers for `replay`. */
  readonly urls: readonly string[];
  /** `replay` puts rows into the tables of a start state. */
  readonly rows: boolean;
  /** Seconds that `replay` gives one statement. */
  readonly timeLimit: number;
  /** Makes the fixes that are safe, or also those that a person has to look at. */
  readonly fix: 'safe' | 'unsafe' | false;
  /** Shows what the fixes would change, and changes nothing. */
  readonly diff: boolean;
  /** False: the baseline is not looked at. */
  readonly useBaseline: boolean;
  /** `init` writes the commit hook, the file for CI. */
  readonly hook: boolean;
  readonly ci: boolean;
  /** `baseline` only takes out what is gone. */
  readonly prune: boolean;
  readonly color?: boolean;
  readonly printConfig: boolean;
  readonly showFiles: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** Every option, for `parseArgs`; the help page lists each (a test holds them together). */
export const optionTable = {
  dialect: { type: 'string' },
  format: { type: 'string', short: 'f', multiple: true },
  output: { type: 'string', short: 'o' },
  config: { type: 'string', short: 'c' },
  'no-config': { type: 'boolean' },
  rule: { type: 'string', multiple: true },
  'fail-on': { type: 'string' },
  'max-warnings': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  from: { type: 'string' },
  since: { type: 'string' },
  staged: { type: 'boolean' },
  at: { type: 'string' },
  unsure: { type: 'boolean' },
  url: { type: 'string', multiple: true },
  rows: { type: 'boolean' },
  'time-limit': { type: 'string' },
  fix: { type: 'boolean' },
  'fix-unsafe': { type: 'boolean' },
  diff: { type: 'boolean' },
  'no-baseline': { type: 'boolean' },
  prune: { type: 'boolean' },
  hook: { type: 'boolean' },
  ci: { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  'print-config': { type: 'boolean' },
  'show-files': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const levels: readonly Level[] = ['error', 'warning', 'info', 'off'];
const failOns: readonly FailOn[] = ['error', 'warning', 'info', 'never'];

/** Reads the words after the program's name. A fault is a `UsageError` that names the nearest right word. */
export function parseArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parseWords(words);
  const [command, operands] = commandOf(positionals);
  const { plain, reports } = formatsOf(values.format ?? []);
  const color = values['no-color'] === true ? false : values.color;
  const config = values['no-config'] === true ? false : values.config;
  const maxWarnings =
    values['max-warnings'] === undefined ? undefined : countOf('--max-warnings', values['max-warnings']);
  return {
    command,
    operands,
    ...(values.dialect === undefined ? {} : { dialect: oneOf('--dialect', values.dialect, dialectNames) }),
    format: plain ?? (command === 'schema' ? 'sql' : 'pretty'),
    reports,
    ...(values.output === undefined ? {} : { output: values.output }),
    ...(config === undefined ? {} : { config }),
    rules: Object.fromEntries((values.rule ?? []).map(ruleLevel)),
    failOn: oneOf('--fail-on', values['fail-on'] ?? 'error', failOns),
    ...(maxWarnings === undefined ? {} : { maxWarnings }),
    quiet: values.quiet ?? false,
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.since === undefined ? {} : { since: values.since }),
    staged: values.staged ?? false,
    at: values.at ?? 'head',
    unsure: values.unsure ?? false,
    urls: values.url ?? [],
    rows: values.rows ?? false,
    timeLimit: countOf('--time-limit', values['time-limit'] ?? '30'),
    fix: values['fix-unsafe'] === true ? 'unsafe' : values.fix === true || values.diff === true ? 'safe' : false,
    diff: values.diff ?? false,
    useBaseline: values['no-baseline'] !== true,
    prune: values.prune ?? false,
    hook: values.hook ?? false,
    ci: values.ci ?? false,
    ...(color === undefined ? {} : { color }),
    printConfig: values['print-config'] ?? false,
    showFiles: values['show-files'] ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: optionTable, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(optionFault(words, error instanceof Error ? error.message : String(error)));
  }
}

/** In our own words: Node's differ from version to version, and know no nearest name. */
function optionFault(words: readonly string[], nodeMessage: string): string {
  const unneeded = /^Option '(?:-\w, )?(--[\w-]+)' does not take/.exec(nodeMessage)?.[1];
  if (unneeded !== undefined) return `${unneeded} takes no value`;
  const lacking = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(
    nodeMessage,
  )?.[1];
  if (lacking !== undefined) return `${lacking} needs a value; one that starts with "-" is written ${lacking}=-x`;
  const unknown = /^Unknown option '(-[^']*)'/.exec(nodeMessage)?.[1];
  if (unknown === undefined) return nodeMessage.split(/[.\n]/)[0] ?? nodeMessage;
  const name = words.find((word) => word === unknown || word.startsWith(`${unknown}=`)) ?? unknown;
  const nearest = nearestName(unknown.replace(/^-+/, ''), Object.keys(optionTable));
  const hint = nearest === undefined ? 'see migralint --help' : `did you mean --${nearest}?`;
  return `unknown option ${name.split('=')[0] ?? unknown}, ${hint}`;
}

/** The first word is a command if it is one; otherwise all are paths to check. */
function commandOf(positionals: readonly string[]): readonly [CommandName, readonly string[]] {
  const [first, ...rest] = positionals;
  const command = commandNames.find((name) => name === first);
  return command === undefined ? ['check', positionals] : [command, rest];
}

/** `pretty` goes where the output goes, `sarif:out.sarif` to its file. */
function formatsOf(words: readonly string[]): { plain: string | undefined; reports: readonly FileReport[] } {
  const plain = words.filter((word) => !word.includes(':'));
  if (plain.length > 1) {
    throw new UsageError(
      `--format: ${listed(plain, 'and')} cannot both be shown; write one to a file, as in --format ${plain.at(-1) ?? ''}:FILE`,
    );
  }
  const reports = words
    .filter((word) => word.includes(':'))
    .map((word) => {
      const colon = word.indexOf(':');
      const [format, file] = [word.slice(0, colon), word.slice(colon + 1)];
      if (format === '' || file === '') throw new UsageError(`--format: expected FORMAT or FORMAT:FILE, got "${word}"`);
      return { format, file };
    });
  return { plain: plain[0], reports };
}

function ruleLevel(words: string): [string, Level] {
  const [rule = '', level, ...more] = words.split('=');
  if (rule === '' || level === undefined || more.length > 0) {
    throw new UsageError(`--rule: expected RULE=LEVEL, such as duplicate-ddl=off, got "${words}"`);
  }
  return [rule, oneOf(`--rule ${rule}`, level, levels)];
}

function countOf(option: string, words: string): number {
  if (!/^\d+$/.test(words)) throw new UsageError(`${option}: expected a whole number, got "${words}"`);
  return Number(words);
}

function oneOf<Name extends string>(option: string, words: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === words);
  if (found === undefined) throw new UsageError(`${option}: expected ${listed(names)}, got "${words}"`);
  return found;
}

function listed(names: readonly string[], word: 'or' | 'and' = 'or'): string {
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
}
