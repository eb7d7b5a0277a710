import type { Database, Table } from '../catalog/catalog.ts';
import { findRelation, type Lookup } from '../catalog/lookup.ts';
import type { Guard } from '../deployment.ts';
import type { Engine } from '../dialects/dialect.ts';
import { askedDialect } from './asked-dialect.ts';

/** What a guard says on a database; `unknown` where neither the code nor the catalog tells. */
export type Truth = true | false | 'unknown';

/** Evaluates a guard on a database, in three-valued logic. */
export function evaluateGuard(guard: Guard, database: Database, engine: Engine): Truth {
  if ('all' in guard) return conjunction(guard.all.map((part) => evaluateGuard(part, database, engine)));
  if ('any' in guard)
    return negate(conjunction(guard.any.map((part) => negate(evaluateGuard(part, database, engine)))));
  if (guard.test === 'unknown') return askedDialect(guard.words, engine.dialect) ?? 'unknown';
  const truth = evaluateTest(guard, database, engine);
  return guard.not === true ? negate(truth) : truth;
}

/** The words of the guards that could not be read, for a person. */
export function unknownWords(guard: Guard): string {
  if ('all' in guard) return guard.all.map(unknownWords).filter(Boolean).join(', ');
  if ('any' in guard) return guard.any.map(unknownWords).filter(Boolean).join(', ');
  return guard.test === 'unknown' ? guard.words : '';
}

function conjunction(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes('unknown') ? 'unknown' : true;
}

function negate(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : !truth;
}

type Test = Extract<Guard, { test: string }>;

function evaluateTest(guard: Exclude<Test, { test: 'unknown' }>, database: Database, engine: Engine): Truth {
  switch (guard.test) {
    case 'empty':
      return isEmpty(database);
    case 'recorded':
      return guard.identity === undefined ? database.ledger.size > 0 : database.ledger.has(guard.identity);
    case 'column':
      return columnExists(findRelation(database, guard.table, engine), guard.name, engine);
    case 'table':
    case 'view':
      return presence(findRelation(database, guard.name, engine));
    case 'index':
      return indexExists(database, guard.name, engine);
    case 'trigger':
      return triggerExists(database, guard.name, engine);
  }
}

/** Whether nothing was made in a database yet: a script of functions and types leaves no table behind. */
function isEmpty({ catalog }: Database): Truth {
  let empty: Truth = catalog.open ? 'unknown' : true;
  for (const objects of [catalog.relations, catalog.routines, catalog.types]) {
    for (const object of objects.values()) {
      if ('temporary' in object && object.temporary) continue;
      if (object.certain) return false;
      empty = 'unknown';
    }
  }
  return empty;
}

function presence(found: Lookup): Truth {
  return found.sure ? found.relation !== undefined : 'unknown';
}

function columnExists(found: Lookup, name: string, engine: Engine): Truth {
  if (!found.sure) return 'unknown';
  const { relation } = found;
  if (relation?.kind !== 'table') return relation === undefined ? false : 'unknown';
  const asKept = tableHasColumn(relation, engine.dialect.key(name, true), engine);
  return asKept === false ? tableHasColumn(relation, engine.dialect.key(name, false), engine) : asKept;
}

function tableHasColumn(table: Table, key: string, engine: Engine): Truth {
  const column = table.columns.find((candidate) => engine.dialect.key(candidate.name, true) === key);
  if (column !== undefined) return column.certain ? true : 'unknown';
  if (table.absent.includes(key)) return false;
  return table.open ? 'unknown' : false;
}

function indexExists(database: Database, name: string, engine: Engine): Truth {
  const key = engine.dialect.key(name, false);
  for (const relation of database.catalog.relations.values()) {
    if (relation.kind === 'sequence' || relation.kind === 'view') continue;
    const index = relation.indexes.find((candidate) => engine.dialect.key(candidate.name, true) === key);
    if (index !== undefined) return index.certain && relation.certain ? true : 'unknown';
  }
  return database.catalog.open ? 'unknown' : false;
}

function triggerExists(database: Database, name: string, engine: Engine): Truth {
  const key = engine.dialect.key(name, false);
  for (const trigger of database.catalog.triggers.values()) {
    if (engine.dialect.key(trigger.name, true) === key) return trigger.certain ? true : 'unknown';
  }
  return database.catalog.open ? 'unknown' : false;
}

/** Whether a guard lets only an empty database pass. */
export function asksForEmpty(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(asksForEmpty);
  if ('any' in guard) return guard.any.length > 0 && guard.any.every(asksForEmpty);
  return guard.test === 'empty' && guard.not !== true;
}
