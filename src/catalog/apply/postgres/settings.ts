import type { SetSession } from '../../../ddl/operation.ts';
import type { Version } from '../../../dialects/dialect.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/** Settings by the version that brought them: those that pg_dump writes, and those that migrations set. Release notes, E.x.3. */
const SINCE: Readonly<Record<string, Version | undefined>> = {
  transaction_timeout: [17, 0],
  allow_alter_system: [17, 0],
  event_triggers: [17, 0],
  restrict_nonsystem_relation_kind: [17, 0],
  createrole_self_grant: [16, 0],
  debug_parallel_query: [16, 0],
  recursive_worktable_factor: [15, 0],
  enable_group_by_reordering: [17, 0],
  io_method: [18, 0],
  idle_session_timeout: [14, 0],
  default_toast_compression: [14, 0],
  default_table_access_method: [12, 0],
};

/** The version that brought a setting, where it is one of those. */
export function settingSince(name: string): Version | undefined {
  return SINCE[name];
}

/** SET of a setting that an older server does not know, as pg_dump of a newer one writes it. */
export function checkSetting(draft: Draft, operation: SetSession): void {
  const since = SINCE[operation.name];
  if (since === undefined || operation.command === 'reset') return;
  const text = `unrecognized configuration parameter "${operation.name}"`;
  const object = { kind: 'setting', name: operation.name };
  draft.refuseForVersions({ before: since }, errorAt('missing-object', text, operation.statement, object));
}
