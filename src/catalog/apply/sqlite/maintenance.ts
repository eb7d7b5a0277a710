import type { NoSchemaEffect } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, missingTableError } from '../lookup.ts';
import { findRelation, isSystemName, nameKey, targetsForLookup } from '../names.ts';

/** ANALYZE and REINDEX of a table, an index, or a whole database (lang_analyze.html, lang_reindex.html). */
export function requireMaintained(draft: Draft, { words, relations = [] }: NoSchemaEffect): void {
  const [name] = relations;
  if (name === undefined) return;
  const { dialect } = draft.engine;
  const isDatabase = name.schema === undefined && /^(?:main|temp)$/.test(nameKey(name.name, dialect));
  const found = findRelation(draft, name);
  const isIndex = targetsForLookup(draft, name).some(({ schema, name: stored }) =>
    draft.catalog.indexOwners.has(draft.indexKey(schema, stored)),
  );
  if (isDatabase || isIndex || found.presence === 'present' || isSystemName(draft, found.target)) return;
  const isReindex = words.startsWith('reindex');
  const error = isReindex
    ? errorAt('missing-object', 'unable to identify the object to be reindexed', name, { kind: 'index', name: name.name.text })
    : missingTableError(draft, found.target, 'alter');
  // REINDEX of a collation: a program may have brought one of its own.
  const mayBeCollation = isReindex && name.schema === undefined;
  if (mayBeCollation && /^(?:binary|nocase|rtrim)$/.test(nameKey(name.name, dialect))) return;
  if (found.presence === 'absent' && !mayBeCollation) draft.refuse(error);
  draft.doubt(found.presence === 'unsure' ? found.why : `${name.name.text} may be a collation`, error);
} // prettier-ignore
