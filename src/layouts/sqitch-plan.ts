import type { JournalFault } from '../deployment.ts';
import { hexOf, sha1 } from '../text/digest.ts';
import type { SourceFile, Span } from '../text/source-file.ts';

/** A change of `sqitch.plan`, in the order of the plan. */
export interface PlanChange {
  readonly name: string;
  /** What sqitch's registry stores: the SHA-1 of what the plan says of the change, and of all before it. */
  readonly id: string;
  /** The name of its scripts: with the tag after which the change was reworked, where it was. */
  readonly script: string;
  readonly at: Span;
}

export interface SqitchPlan {
  readonly changes: readonly PlanChange[];
  /** Why sqitch refuses to read the plan. It stops at the first fault of a line; what depends on what it looks at last. */
  readonly faults: readonly JournalFault[];
}

/** Like POSIX' [:punct:], without the underscore (App::Sqitch::Plan, 1.3). */
const PUNCTUATION = String.raw`\-!"#$%&'()*+,.\/:;<=>?@\[\\\]^${'`'}{|}~`;
const NAME = String.raw`(?![${PUNCTUATION}])(?:(?![~\/=%^\[\]]\d+(?:$|[ \t]))[^ \t:@#\\])+(?<![${PUNCTUATION}])`;
const BLANK = /^[ \t]*(?:#|$)/;
const PRAGMA = /^[ \t]*%[ \t]*([^\s=]+)(?:[ \t]*=[ \t]*(.+))?$/;
const LINE = new RegExp(
  String.raw`^[ \t]*(?:(?<tag>@)|[ \t]*[+-][ \t]*)?(?<name>${NAME})[ \t]*(?:\[(?<dependencies>[^\]]+)\][ \t]*)?` +
    String.raw`(?:(?<date>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)[ \t]*)?(?:(?<planner>[^<]+)[ \t]+<(?<email>[^>]+)>)?$`,
);
const DEPENDENCY = new RegExp(
  String.raw`^(?<conflicts>!?)(?:(?<project>${NAME}):)?(?:(?<id>[0-9a-f]{40})|(?<change>${NAME})(?:@(?<tagOf>${NAME}))?|@(?<tag>${NAME}))$`,
);

interface Dependency {
  readonly conflicts: boolean;
  readonly project: string | undefined;
  /** As a plan writes it, without its own project's name. */
  readonly key: string;
  readonly isId: boolean;
}

interface ReadChange {
  readonly name: string;
  readonly at: Span;
  readonly id: string;
  readonly requires: readonly Dependency[];
  readonly tags: string[];
  /** Which part between two tags it stands in. */
  readonly section: number;
}

/** Reads a plan as sqitch does (App::Sqitch::Plan, Plan::Change, Plan::Depend, 1.3). */
export function readSqitchPlan(file: SourceFile): SqitchPlan {
  const reader = new PlanReader(file);
  for (const { 0: line, index } of file.text.matchAll(/[^\n]+/g)) reader.read(line.replace(/\r$/, ''), index);
  return reader.done();
}

class PlanReader {
  readonly #file: SourceFile;
  readonly #pragmas = new Map<string, string>();
  readonly #changes: ReadChange[] = [];
  readonly #tags = new Map<string, number>();
  readonly #faults: JournalFault[] = [];
  #section = 0;
  #lineNumber = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  read(line: string, start: number): void {
    this.#lineNumber = this.#file.text.slice(0, start).split('\n').length;
    if (BLANK.test(line)) return;
    const hash = line.indexOf('#');
    const text = (hash < 0 ? line : line.slice(0, hash)).trimEnd();
    const note = hash < 0 ? '' : line.slice(hash + 1).trim();
    const at = { file: this.#file, start, end: start + text.length };
    const pragma = PRAGMA.exec(text);
    if (pragma !== null) this.#pragmas.set(pragma[1] ?? '', pragma[2] ?? '1');
    else this.#readEntry(text, note, at);
  }

  #readEntry(text: string, note: string, at: Span): void {
    const { tag, name, dependencies, date, planner, email } = LINE.exec(text)?.groups ?? {};
    if (name === undefined) {
      this.#syntax(at, 'Invalid name; names must not begin with punctuation, ..');
      return;
    }
    if (date === undefined) {
      this.#syntax(at, 'Missing timestamp');
      return;
    }
    if (planner === undefined || email === undefined) {
      this.#syntax(at, 'Missing planner name and email');
      return;
    }
    if (name === 'ROOT' || name === 'HEAD') {
      this.#syntax(at, `"${tag ?? ''}${name}" is a reserved name`);
      return;
    }
    if (tag !== undefined) {
      this.#readTag(name, dependencies, at);
      return;
    }
    const twin = this.#changes.find((change) => change.name === name && change.section === this.#section);
    if (twin !== undefined) {
      const line = this.#lineOf(twin.at);
      this.#syntax(at, `Change "${name}" duplicates earlier declaration on line ${line}`);
      return;
    }
    const needed = this.#readDependencies(dependencies ?? '', at);
    const parent = this.#changes.at(-1);
    const id = changeId({
      project: this.#pragmas.get('project') ?? '',
      uri: this.#pragmas.get('uri'),
      name,
      parent: parent?.id,
      planner: `${planner} <${email}>`,
      date,
      needed,
      note: note.replace(/\\([\\nr])/g, (_, letter: string) => ESCAPES[letter] ?? letter),
    });
    const requires = needed.filter(({ conflicts }) => !conflicts);
    this.#changes.push({ name, at, id, requires, tags: [], section: this.#section });
  }

  #readTag(name: string, dependencies: string | undefined, at: Span): void {
    const last = this.#changes.at(-1);
    if (last === undefined) {
      this.#syntax(at, `Tag "${name}" declared without a preceding change`);
      return;
    }
    const line = this.#tags.get(name);
    if (line !== undefined) {
      this.#syntax(at, `Tag "${name}" duplicates earlier declaration on line ${line}`);
      return;
    }
    if (dependencies !== undefined) {
      this.#syntax(at, 'Tags may not specify dependencies');
      return;
    }
    last.tags.push(name);
    this.#tags.set(name, this.#lineNumber);
    this.#section++;
  }

  #readDependencies(text: string, at: Span): readonly Dependency[] {
    const words = text.split(/[ \t]+/).filter((word) => word !== '');
    return words.flatMap((word): readonly Dependency[] => {
      const groups = DEPENDENCY.exec(word)?.groups;
      if (groups === undefined) {
        this.#syntax(at, `"${word}" is not a valid dependency specification`);
        return [];
      }
      const { conflicts, project, id, change, tagOf, tag } = groups;
      const key = id ?? `${change ?? ''}${(tagOf ?? tag) === undefined ? '' : `@${tagOf ?? tag ?? ''}`}`;
      return [{ conflicts: conflicts === '!', project, key, isId: id !== undefined }];
    });
  }

  done(): SqitchPlan {
    if (this.#faults.length === 0) this.#checkOrder();
    const changes = this.#changes.map((change, index): PlanChange => {
      const again = this.#changes.findIndex((other, at) => at > index && other.name === change.name);
      // The scripts as they were at a tag are kept under the tag's name when their change is reworked.
      const tag =
        again < 0 ? undefined : this.#changes.slice(index, again).find(({ tags }) => tags.length > 0)?.tags[0];
      const { name, id, at } = change;
      return { name, id, at, script: tag === undefined ? name : `${name}@${tag}` };
    });
    return { changes, faults: this.#faults };
  }

  /** What a change requires must stand above it (Plan::check_changes); of another project nothing is known. */
  #checkOrder(): void {
    const project = this.#pragmas.get('project');
    for (const [index, change] of this.#changes.entries()) {
      for (const needed of change.requires) {
        if (needed.isId || (needed.project !== undefined && needed.project !== project)) continue;
        const reason = this.#whyMissing(needed.key, index);
        if (reason === null) continue;
        this.#faults.push({
          at: change.at,
          name: change.name,
          what: `requires ${needed.key}, which ${reason}`,
          error: this.#orderWords(change.name, needed.key, index),
        });
      }
    }
  }

  #whyMissing(key: string, index: number): string | null {
    const [name = '', tag] = key.split('@');
    const above = this.#changes.slice(0, index);
    const tagAt = tag === undefined ? null : above.findIndex(({ tags }) => tags.includes(tag));
    if (name === '') return tagAt === -1 ? 'is no tag above it' : null;
    const searched = tagAt === null ? above : above.slice(0, tagAt + 1);
    if (searched.some((change) => change.name === name)) return null;
    return this.#changes.some((change) => change.name === name)
      ? 'the plan has only further below'
      : 'is not in the plan';
  }

  #orderWords(name: string, key: string, index: number): string {
    if (name === key) return `Change "${name}" cannot require itself`;
    const below = this.#changes.findIndex((change) => change.name === key);
    if (below <= index) return `Unknown change "${key}" required by change "${name}"`;
    const count = below - index;
    return `Change "${name}" planned ${count} ${count === 1 ? 'change' : 'changes'} before required change "${key}"`;
  }

  #syntax(at: Span, error: string): void {
    const path = this.#file.path.slice(this.#file.path.lastIndexOf('/') + 1);
    const name = this.#file.text.slice(at.start, at.end).trim().split(/\s/)[0] ?? '';
    const what = 'stands in a line that cannot be read';
    this.#faults.push({ at, name, what, error: `Syntax error in ${path} at line ${this.#lineNumber}: ${error}` });
  }

  #lineOf({ start }: Span): number {
    return this.#file.text.slice(0, start).split('\n').length;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };

interface ChangeInfo {
  readonly project: string;
  readonly uri: string | undefined;
  readonly name: string;
  readonly parent: string | undefined;
  readonly planner: string;
  readonly date: string;
  readonly needed: readonly Dependency[];
  readonly note: string;
}

/** App::Sqitch::Plan::Change, info and id: a text of one line for each thing, hashed as git hashes an object. */
function changeId({ project, uri, name, parent, planner, date, needed, note }: ChangeInfo): string {
  const list = (conflicts: boolean): readonly string[] =>
    needed
      .filter((one) => one.conflicts === conflicts)
      .map((one) => (one.project === undefined || one.project === project ? one.key : `${one.project}:${one.key}`));
  const [requires, conflicts] = [list(false), list(true)];
  const lines = [
    `project ${project}`,
    ...(uri === undefined ? [] : [`uri ${/^\w+:\/\/[^/]+$/.test(uri) ? `${uri}/` : uri}`]),
    `change ${name}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `planner ${planner}`,
    `date ${date}`,
    ...(requires.length === 0 ? [] : [`requires\n  + ${requires.join('\n  + ')}`]),
    ...(conflicts.length === 0 ? [] : [`conflicts\n  - ${conflicts.join('\n  - ')}`]),
    ...(note === '' ? [] : ['', note]),
  ];
  const content = new TextEncoder().encode(lines.join('\n'));
  const digest = sha1();
  digest.update(new TextEncoder().encode(`change ${content.length}\0`));
  digest.update(content);
  return hexOf(digest.digest());
}
