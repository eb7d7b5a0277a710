import {
  PROGRAM_ALONE,
  type Action,
  type Call,
  type Deployment,
  type PassedOverFile,
  type Step,
} from '../deployment.ts';
import { engineOf } from '../dialects/index.ts';
import type { LinkedProgram } from '../hosts/link.ts';
import type { SourceFile } from '../text/source-file.ts';
import { callsOf, withoutCalls } from './calls.ts';
import { dialectOf, signInImports, signInName, signInText, type DialectSign } from './dialect-signs.ts';
import { IGNORED } from '../migration-tool.ts';
import { folderOf } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { filesBeside } from './migration-folder.ts';
import { isWrittenForOtherEngine, namesOtherEngine } from './other-engines.ts';

/** Host code that runs its schema itself: what a start-up function does, in the order in which the code does it. */
const hostProgram: Layout = {
  name: 'host-program',
  sureness: 'call',
  detect(context) {
    return context.programs
      .map((program) => forKnownEngines(context, program))
      .filter((program) => program !== null)
      .map((program) => deploymentOf(context, program));
  },
};
export default hostProgram;

/** A program without what it sends to engines that migralint does not know; null where nothing else is in it. */
function forKnownEngines(context: LayoutContext, program: LinkedProgram): LinkedProgram | null {
  if (program.program.length === 0) return null;
  const isForOther = ({ sql: { file, text } }: Call): boolean =>
    !context.project.files.has(file.path) || isWrittenForOtherEngine(text) || namesOtherEngine(file.path);
  const calls = [...callsOf(program.program)];
  const left = calls.filter((call) => !isForOther(call));
  if (left.length === calls.length) return program;
  return left.length === 0 ? null : { ...program, program: withoutCalls(program.program, isForOther) };
}

function deploymentOf(context: LayoutContext, program: LinkedProgram): Detected {
  const files = program.files.map((path) => context.project.files.get(path)).filter((file) => file !== undefined);
  const sign = signOf(context, program, files);
  const ledger = [...stepsOf(program.program)];
  const deployment: Deployment = {
    ...PROGRAM_ALONE,
    name: program.root,
    root: program.root,
    engine: engineOf(sign.dialect, context.engineVersion),
    summary: summaryOf(program),
    evidence: [...program.evidence, sign.evidence],
    program: program.program,
    ...(program.isScript || program.isOneOfSeveral || !(program.isChain || looksLikeStart(program))
      ? { restarts: `if ${program.entry} is run again` }
      : {}),
    ledger,
    passedOver: leftOut(context, program),
    witnesses: program.witnesses,
  };
  return { deployment, claims: program.files };
}

/** SQL files of the folders that the code goes through, and does not take: a pattern in the code leaves them out. */
function leftOut(context: LayoutContext, { files, migrationFolders }: LinkedProgram): readonly PassedOverFile[] {
  const taken = files.map((path) => context.project.files.get(path)).filter((file) => file !== undefined);
  const ofFolders = taken.filter(({ path }) => path.endsWith('.sql') && migrationFolders.includes(folderOf(path)));
  const others = new Set(context.programs.flatMap((program) => program.files));
  const beside = filesBeside(context, ofFolders).filter(({ path }) => !others.has(path));
  return beside.map((file) => ({
    file,
    because: 'the code does not take it from the folder',
    reaction: IGNORED,
  }));
}

/**
 * The name of the entry or of its file tells the dialect better than a driver that serves other parts too, and so do the names of what
 * it calls and of the files that hold the SQL, where they agree. Of host code only the SQL is looked at: `unsigned` in a comment
 * says nothing.
 */
function signOf(context: LayoutContext, program: LinkedProgram, files: readonly SourceFile[]): DialectSign {
  const sqlFiles = files.filter((file) => file.path.endsWith('.sql'));
  const texts = sqlFiles.length > 0 ? sqlFiles : files.map((file) => ({ path: file.path, text: sqlOf(program, file) }));
  const own = program.evidence[0]?.at?.file.path ?? '';
  const named =
    context.dialect === undefined
      ? (signInName(program.entry) ?? signInName(own) ?? signInNames(program.via) ?? signInNames(program.files))
      : null;
  if (named !== null) return named;
  const sign = dialectOf(context.project, texts, program.root, context.dialect);
  // A manifest is for the whole package, an import for the file; what drivers call MySQL may be MariaDB all the same.
  if (sign.evidence.strength !== 'tool' || sign.dialect === 'mariadb') return sign;
  const imported = signInImports(holdingSql(program));
  if (imported === null || imported.dialect === sign.dialect) return sign;
  return signInText(texts)?.dialect === sign.dialect ? sign : imported;
}

/** The host files in which the program's SQL stands. */
function holdingSql({ program }: LinkedProgram): readonly SourceFile[] {
  const files = new Set([...callsOf(program)].map(({ sql }) => sql.file));
  return [...files].filter(({ path }) => !path.endsWith('.sql'));
}

/** The dialect that each of some names tells. */
function signInNames(names: readonly string[]): DialectSign | null {
  const signs = names.map(signInName);
  const [first] = signs;
  return first != null && signs.every((sign) => sign?.dialect === first.dialect) ? first : null;
}

/** The SQL that a program finds in a host file. */
function sqlOf(program: LinkedProgram, file: SourceFile): string {
  return [...callsOf(program.program)]
    .filter(({ sql }) => sql.file === file)
    .map(({ sql }) => sql.text)
    .join(';\n');
}

/**
 * A function that is named for opening a database or making its schema is taken to run at every start. Of any other, such as
 * one that writes an export or purges old rows, nothing shows that it meets the same database again.
 */
function looksLikeStart({ entry, via }: LinkedProgram): boolean {
  if (wordsOf(entry.slice(entry.search(/\w+$/))).some((word) => BY_HAND.test(word))) return false;
  return [entry, ...via].some((name) => wordsOf(name).some((word) => STARTS.test(word)));
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** What a person runs, once or from time to time, whatever the module is called: `db.seed`, `database.reset`. */
const BY_HAND =
  /^(?:(?:re)?install\w*|seed\w*|reset\w*|recreat\w*|wipe\w*|populat\w*|demo|samples?|fixtures?|tests?|dummy|mocks?|imports?|exports?|backups?|restor\w*|rollback|downgrad\w*|bench\w*)$/;

const STARTS =
  /^(?:init\w*|open\w*|conn\w*|databases?|db|migrat\w*|schemas?|tables?|ddl|set|setup|start\w*|main|boot\w*|upgrad\w*|updat\w*|ensure\w*|prepare\w*|new|run|app|application|server?|serve|lifespan|load|sync|pool|ready|apply\w*|build\w*|engine|session|cli|columns?)$/;

function summaryOf(program: LinkedProgram): string {
  const via = program.via.filter((name) => name !== program.entry);
  if (program.isChain) return `${program.entry} run once each, by number`;
  if (program.isScript) return `${program.entry} is a script`;
  return via.length === 0
    ? `${program.entry} runs at every start`
    : `${via.join(', ')} ${via.length === 1 ? 'runs' : 'run'} at every start (${program.entry} calls ${via.length === 1 ? 'it' : 'them'})`;
}

/** Every step in a program, in order, each once. */
export function* stepsOf(actions: readonly Action[], seen = new Set<string>()): IterableIterator<Step> {
  for (const action of actions) {
    if (action.kind === 'step' && !seen.has(action.step.identity)) {
      seen.add(action.step.identity);
      yield action.step;
    }
    if (action.kind === 'if') {
      yield* stepsOf(action.then, seen);
      yield* stepsOf(action.otherwise, seen);
    }
    if (action.kind === 'block') yield* stepsOf(action.actions, seen);
  }
}
