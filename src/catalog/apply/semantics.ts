import type {
  AddColumn,
  AddConstraint,
  AlterColumn,
  CreateIndex,
  CreateTable,
  CreateTrigger,
  DropColumn,
  DropConstraint,
  DropIndex,
  DropTable,
  DropView,
  ModifyColumn,
  RenameColumn,
  RenameTable,
} from '../../ddl/operation.ts';
import type { Column, Constraint, Index, Table } from '../catalog.ts';
import type { Draft } from './draft.ts';
import type { IndexAt } from './indexes.ts';
import type { RelationAt, TableAt } from './lookup.ts';
import { mysqlSemantics } from './mysql/semantics.ts';
import type { Target } from './names.ts';
import { postgresSemantics } from './postgres/semantics.ts';
import { sqliteSemantics } from './sqlite/semantics.ts';

/**
 * What each dialect does in its own way. The files of the families hold the course of every operation that all share:
 * look-up, guards, the change itself, effects. At these moments they ask the dialect, which may refuse, doubt, record
 * effects in the draft, and gives the table as it is afterwards.
 */
export interface Semantics {
  /** A name for a new table, view, index or trigger: reserved ones, ones that are too long. */
  checkNewName(draft: Draft, target: Target, kind?: 'index'): void;
  /** CREATE TABLE: faults in its columns and constraints, before the table is stored. */
  checkNewTable(draft: Draft, operation: CreateTable, made: TableAt): void;
  /** The table with its new column, and what the column's constraints bring. */
  addColumn(draft: Draft, operation: AddColumn, at: TableAt, column: Column): Table;
  /** ADD COLUMN IF NOT EXISTS of a column that is there: what it does all the same. */
  addColumnTwice?(draft: Draft, operation: AddColumn, at: TableAt): void;
  dropColumn(draft: Draft, operation: DropColumn, at: TableAt, column: Column): Table;
  renameColumn(draft: Draft, operation: RenameColumn, at: TableAt, column: Column): Table;
  alterColumn(draft: Draft, operation: AlterColumn, at: TableAt, column: Column): Table;
  modifyColumn(draft: Draft, operation: ModifyColumn, at: TableAt, column: Column): Table;
  addConstraint(draft: Draft, operation: AddConstraint, at: TableAt): Table;
  dropConstraint(draft: Draft, operation: DropConstraint, at: TableAt, constraint: Constraint): Table;
  /** CREATE INDEX, once table, name and columns are known to be right. */
  checkNewIndex(draft: Draft, operation: CreateIndex, at: TableAt, index: Index): void;
  dropIndex(draft: Draft, operation: DropIndex, at: IndexAt): void;
  /** Before the table and its parts are removed: what forbids it, what goes with it. */
  dropTable(draft: Draft, operation: DropTable, at: TableAt): void;
  /** Before a view is removed: what forbids it, what goes with it. */
  dropView(draft: Draft, operation: DropView, at: RelationAt): void;
  /** CREATE TRIGGER, once its table and name are known to be right. */
  checkNewTrigger(draft: Draft, operation: CreateTrigger, at: RelationAt): void;
  /** After the table stands under its new key: whatever pointed to the old one. */
  afterRenameTable(draft: Draft, operation: RenameTable, from: TableAt, to: TableAt): void;
}

export function semanticsOf(draft: Draft): Semantics {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return sqliteSemantics;
    case 'postgres':
      return postgresSemantics;
    case 'mysql':
    case 'mariadb':
      return mysqlSemantics;
  }
}
