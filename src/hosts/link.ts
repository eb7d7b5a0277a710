import type { Action, Evidence, Witness } from '../deployment.ts';
import type { Project } from '../project.ts';
import type { Span } from '../text/source-file.ts';
import { hostOffset } from '../text/sql-text.ts';
import type { HostModule } from './host.ts';
import { Code, hasSchemaWords } from './link/code.ts';
import { finished, type Draft } from './link/draft.ts';
import { Evaluator } from './link/evaluate.ts';
import { commonFolder, ProjectFiles } from './link/files.ts';
import { mayBeCommand, witnessesIn } from './link/guards.ts';
import { isVersionStep, numberedFunctions } from './link/numbered-functions.ts';
import { ProgramReader } from './link/program.ts';
import type { CodeFunction } from './link/values.ts';

/** What one entry point of the host code does with a database: a deployment's program, as far as the code shows it. */
export interface LinkedProgram {
  /** The entry: `db::open`, `init_db`. */
  readonly entry: string;
  /** The functions on the way that hold SQL: `init_schema`. */
  readonly via: readonly string[];
  /** Its functions run once each, by number: something takes them from their module. */
  readonly isChain: boolean;
  /** A method of an interface that is called somewhere: nothing shows how often. */
  readonly isOneOfSeveral: boolean;
  /** A flat script: its SQL stands outside of any function, so nothing shows how often it is run. */
  readonly isScript: boolean;
  /** Folder of the nearest manifest above the entry (Cargo.toml, pyproject.toml ..), or the file's folder. */
  readonly root: string;
  readonly program: readonly Action[];
  readonly witnesses: readonly Witness[];
  readonly evidence: readonly Evidence[];
  /** Host and SQL files whose statements it runs. */
  readonly files: readonly string[];
  /** Folders whose migrations it applies, and whether it may stamp them; their steps stand in `program`. */
  readonly migrationFolders: readonly string[];
  /** Calls of a migration tool that a layout understands: `sqlx::migrate!("./migrations")`. */
  readonly toolCalls: readonly { readonly tool: string; readonly argument: string | null; readonly file: string }[];
}

const MOST_NAMES = 8;

/** A program with the places of all that it runs, by which equal programs are told. */
interface Candidate {
  readonly linked: LinkedProgram;
  readonly places: ReadonlySet<string>;
  /** Changes a schema, or calls a tool, whatever a condition that could not be read says. */
  readonly certain: boolean;
}

/** Follows calls, constants, arguments and loops from every entry point. */
export function linkPrograms(modules: readonly HostModule[], project: Project): readonly LinkedProgram[] {
  const code = new Code(modules);
  const files = new ProjectFiles(project);
  const seen = new Set<CodeFunction>();
  const entries = code.entries();
  const chains = numberedFunctions(entries).flatMap((chain) => candidateOf(chain, code, files, seen));
  const candidates = entries.flatMap((entry) => candidatesFrom(entry, code, files, seen));
  return withoutParts([...chains, ...candidates]);
}

/** The program of functions that run by number. */
function candidateOf(
  chain: readonly CodeFunction[],
  code: Code,
  files: ProjectFiles,
  seen: Set<CodeFunction>,
): readonly Candidate[] {
  for (const entry of chain) seen.add(entry);
  return linkWithinStack(chain, code, files) ?? [];
}

/**
 * The program of an entry. One that does everything under conditions that could not be read is a dispatcher
 * (`if command == "init": init_db()`): then the functions that it calls are the entries.
 */
function candidatesFrom(
  entry: CodeFunction,
  code: Code,
  files: ProjectFiles,
  seen: Set<CodeFunction>,
): readonly Candidate[] {
  if (seen.has(entry) || isRunByTool(entry)) return [];
  seen.add(entry);
  const [candidate] = linkWithinStack([entry], code, files) ?? [];
  if (candidate === undefined || candidate.certain) return candidate === undefined ? [] : [candidate];
  const callees = code.relevantCallees(entry).filter((callee) => !isVersionStep(callee));
  const inner = callees.flatMap((callee) => candidatesFrom(callee, code, files, seen));
  return inner.some(({ certain }) => certain) ? inner : [candidate];
}

/** Downward halves, and migrations written in the host language that a tool loads by their names. */
function isRunByTool(entry: CodeFunction): boolean {
  const name = entry.function?.name ?? '';
  if (/^(?:downgrade|down|rollback|revert|undo)(?:_|$)/i.test(name)) return true;
  const file = entry.module.file.path;
  if (name === 'up' && hasWayDown(entry)) return true;
  // `0001_x.py`, sea-orm's `m20220101_000001_x.rs`, and the files of a folder with a version for its name.
  return entry.module.constants.has('down_revision') || /(?:^|\/)(?:[vVm]?\d+[_-][^/]*|\d+\/[^/]+)$/.test(file);
}

/** `up` with a `down` beside it: a tool calls the one or the other. */
function hasWayDown({ module, function: called }: CodeFunction): boolean {
  return module.functions.some(({ name, owner }) => name === 'down' && owner === called?.owner);
}

/** A program whose branches nest deeper than the stack is given up: it is generated, and no upgrade. */
function linkWithinStack(
  entries: readonly CodeFunction[],
  code: Code,
  files: ProjectFiles,
): readonly Candidate[] | undefined {
  try {
    return link(entries, new Evaluator(code, files), files);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The program of one entry, or of several that run by number. */
function link(entries: readonly CodeFunction[], evaluator: Evaluator, files: ProjectFiles): readonly Candidate[] {
  const [entry, ...others] = entries;
  if (entry === undefined) return [];
  const reader = new ProgramReader(evaluator);
  const program = finished(
    others.length === 0 ? reader.entry(entry) : entries.map((one) => stepDraft(one, reader.entry(one))),
  );
  const seen = new ProgramSurvey(program);
  if (!seen.changesSchema && reader.toolCalls.length === 0) return [];
  const paths = [...new Set([entry.module.file.path, ...seen.files, ...reader.toolCalls.map((call) => call.file)])];
  const last = others.at(-1);
  const linked: LinkedProgram = {
    entry: last === undefined ? nameOf(entry) : `${nameOf(entry)} to ${last.function?.name ?? ''}`,
    via: last === undefined ? shortened(namesOf(viaOf(entry, reader))) : [],
    isChain: last !== undefined,
    isOneOfSeveral: evaluator.code.isOneOfSeveralCalled(entry),
    isScript: entry.function === null && viaOf(entry, reader).length === 0,
    root: files.manifestFolder(entry.module.file.path) ?? commonFolder(paths),
    program,
    witnesses: seen.witnesses,
    evidence: [last === undefined ? evidenceOf(entry, reader) : chainEvidence(entry, entries.length)],
    files: paths,
    migrationFolders: [...reader.folders].map((folder) => (folder === '' ? '.' : folder)),
    toolCalls: reader.toolCalls,
  };
  return [{ linked, places: seen.places, certain: seen.certain || reader.toolCalls.length > 0 }];
}

function stepDraft({ module, function: called }: CodeFunction, actions: readonly Draft[]): Draft {
  return { kind: 'step', identity: called?.name ?? '', file: module.file.path, actions };
}

function chainEvidence(first: CodeFunction, count: number): Evidence {
  const at = placeOf(first);
  const words = `${count} functions of ${first.module.file.path} are numbered, and none is called by its name`;
  return { strength: 'name', words, ...(at === undefined ? {} : { at }) };
}

function evidenceOf(entry: CodeFunction, reader: ProgramReader): Evidence {
  const called = shortened(namesOf(viaOf(entry, reader)));
  const name = nameOf(entry);
  const words = called.length > 0 ? `${name} calls ${called.join(', ')}` : `${name} runs it`;
  const at = placeOf(entry);
  return { strength: 'call', words, ...(at === undefined ? {} : { at }) };
}

function placeOf(entry: CodeFunction): Span | undefined {
  if (entry.function !== null)
    return { ...entry.function.span, end: Math.min(entry.function.span.end, entry.function.span.start + 80) };
  const first = entry.module.body.find((action) => action.kind === 'call' || action.kind === 'execute');
  return first?.span;
}

function viaOf(entry: CodeFunction, reader: ProgramReader): readonly CodeFunction[] {
  return [...reader.via].filter((node) => node !== entry);
}

/** The functions' names, with one more module in front where two are called the same. */
function namesOf(nodes: readonly CodeFunction[]): readonly string[] {
  const short = nodes.map((node) => nameOf(node));
  return nodes.map((node, index) => {
    const name = short[index] ?? '';
    return short.indexOf(name) === short.lastIndexOf(name) ? name : nameOf(node, 2);
  });
}

/** Long lists say nothing more; functions without a name come last. */
function shortened(names: readonly string[]): readonly string[] {
  const isNamed = (name: string): boolean => !/function at \d/.test(name);
  const ordered = [...names.filter(isNamed), ...names.filter((name) => !isNamed(name))];
  if (ordered.length <= MOST_NAMES) return ordered;
  return [...ordered.slice(0, MOST_NAMES), `${ordered.length - MOST_NAMES} more`];
}

/** `db::open` in Rust, `db.open` elsewhere; a module's body has the module's name. */
function nameOf(node: CodeFunction, modules = 1): string {
  const separator = node.module.file.path.endsWith('.rs') ? '::' : '.';
  const module = node.module.path.slice(-modules).join(separator);
  if (node.function === null) return module;
  const { owner, name } = node.function;
  return [owner ?? module, name].filter((part) => part !== '').join(separator);
}

/** Programs that run nothing that another does not run as well say no more than it: they become its evidence. */
function withoutParts(candidates: readonly Candidate[]): readonly LinkedProgram[] {
  const bySize = candidates
    .map((candidate, index) => ({ candidate, index }))
    .sort((left, right) => right.candidate.places.size - left.candidate.places.size || left.index - right.index);
  const owners = new Map<string, number[]>();
  const kept = new Map<number, LinkedProgram>();
  for (const { candidate, index } of bySize) {
    const owner = ownerOf(candidate, owners);
    const whole = owner === undefined ? undefined : kept.get(owner);
    if (owner !== undefined && whole !== undefined) {
      kept.set(owner, { ...whole, evidence: [...whole.evidence, ...candidate.linked.evidence] });
      continue;
    }
    kept.set(index, candidate.linked);
    for (const place of candidate.places) owners.set(place, [...(owners.get(place) ?? []), index]);
  }
  return [...kept].sort(([left], [right]) => left - right).map(([, linked]) => linked);
}

/** A kept program that has every place of this one. */
function ownerOf(candidate: Candidate, owners: ReadonlyMap<string, readonly number[]>): number | undefined {
  let common: readonly number[] | undefined;
  for (const place of candidate.places) {
    const having = owners.get(place) ?? [];
    common = common === undefined ? having : common.filter((index) => having.includes(index));
    if (common.length === 0) return undefined;
  }
  return common?.[0];
}

/** What a finished program holds. */
class ProgramSurvey {
  readonly files = new Set<string>();
  readonly witnesses: Witness[] = [];
  readonly places = new Set<string>();
  changesSchema = false;
  /** A schema change stands outside every condition that could not be read. */
  certain = false;
  #unknownConditions = 0;
  readonly #witnessed = new Set<string>();

  constructor(program: readonly Action[]) {
    this.#actions(program);
  }

  #actions(actions: readonly Action[]): void {
    for (const action of actions) this.#action(action);
  }

  #action(action: Action): void {
    switch (action.kind) {
      case 'call': {
        const { sql } = action.call;
        this.files.add(sql.file.path);
        this.places.add(`${sql.file.path}:${hostOffset(sql, 0)}:${sql.text.length}`);
        if (!hasSchemaWords(sql.text)) break;
        this.changesSchema = true;
        this.certain ||= this.#unknownConditions === 0;
        break;
      }
      case 'step':
        this.#actions(action.step.actions);
        break;
      case 'block':
        this.#actions(action.actions);
        break;
      case 'if':
        this.#branches(action);
        break;
    }
  }

  #branches(action: Action & { kind: 'if' }): void {
    for (const witness of witnessesIn(action.guard)) this.#witness(witness);
    const unknown = mayBeCommand(action.guard) ? 1 : 0;
    this.#unknownConditions += unknown;
    this.#actions(action.then);
    this.#actions(action.otherwise);
    this.#unknownConditions -= unknown;
  }

  #witness(witness: Witness): void {
    const key = `${witness.kind}:${witness.table}:${witness.name}:${witness.at.file.path}:${witness.at.start}`;
    if (this.#witnessed.has(key)) return;
    this.#witnessed.add(key);
    this.witnesses.push(witness);
  }
}
