import type { CreateTable } from '../ddl/operation.ts';
import type { Call, Step } from '../deployment.ts';
import type { History } from './history.ts';

/** A table that was made anew: another takes its name, in the same step or call. */
export interface Rebuild {
  readonly name: string;
  readonly old: CreateTable;
  readonly made: CreateTable;
  readonly part: Step | Call;
}

/** Every rebuild in the program: new, drop, rename; or rename, new, drop. */
export function rebuildsIn({ statements }: History): readonly Rebuild[] {
  const walk = new Walk();
  for (const { parsed, step, call } of statements) {
    walk.enter(step ?? call);
    for (const operation of parsed.operations) {
      if (operation.kind === 'create-table') walk.create(operation);
      else if (operation.kind === 'rename-table') walk.rename(keyOf(operation.table), keyOf(operation.to));
      else if (operation.kind === 'drop-table') walk.drop(keyOf(operation.table));
    }
  }
  return walk.found;
}

function keyOf(table: CreateTable['table']): string {
  return table.name.text.toLowerCase();
}

/** Follows by name which CREATE TABLE made what stands there. */
class Walk {
  readonly found: Rebuild[] = [];
  readonly #made = new Map<string, CreateTable>();
  #part: Step | Call | null = null;
  #createdHere = new Set<CreateTable>();
  #droppedHere = new Map<string, CreateTable>();
  #nameBefore = new Map<string, string>();

  enter(part: Step | Call): void {
    if (part === this.#part) return;
    this.#part = part;
    this.#createdHere = new Set();
    this.#droppedHere = new Map();
    this.#nameBefore = new Map();
  }

  create(operation: CreateTable): void {
    const name = keyOf(operation.table);
    if (operation.ifNotExists !== undefined && this.#made.has(name)) return;
    this.#made.set(name, operation);
    this.#createdHere.add(operation);
  }

  rename(from: string, to: string): void {
    const made = this.#made.get(from);
    this.#made.delete(from);
    if (made === undefined) return;
    this.#made.set(to, made);
    this.#nameBefore.set(to, from);
    this.#note(to, this.#droppedHere.get(to), made);
  }

  drop(name: string): void {
    const old = this.#made.get(name);
    this.#made.delete(name);
    if (old === undefined) return;
    this.#droppedHere.set(name, old);
    const before = this.#nameBefore.get(name);
    if (before !== undefined) this.#note(before, old, this.#made.get(before));
  }

  #note(name: string, old: CreateTable | undefined, made: CreateTable | undefined): void {
    if (old === undefined || made === undefined || this.#part === null || !this.#createdHere.has(made)) return;
    this.found.push({ name, old, made, part: this.#part });
  }
}
