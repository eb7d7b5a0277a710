import type { Action, Guard, OnError } from '../../src/deployment.ts';
import type { LinkedProgram } from '../../src/hosts/link.ts';
import { positionAt, type Span } from '../../src/text/source-file.ts';
import { spanOf, type SqlText } from '../../src/text/sql-text.ts';

/** A linked program as a text that a person can check: one line for each action, with places, guards and policies. */
export function renderProgram(linked: LinkedProgram): string {
  const lines = [
    `program ${linked.entry} in ${linked.root}`,
    ...(linked.via.length > 0 ? [`  via ${linked.via.join(', ')}`] : []),
    ...linked.evidence.map(({ words }) => `  evidence ${words}`),
    ...linked.toolCalls.map((call) => `  tool ${call.tool} ${call.argument ?? '?'} in ${call.file}`),
    ...linked.migrationFolders.map((folder) => `  folder ${folder}`),
    ...linked.witnesses.map(({ kind, table, name, at }) => `  witness ${kind} ${table}.${name} at ${place(at)}`),
    ...renderActions(linked.program, '  '),
  ];
  return `${lines.join('\n')}\n`;
}

export function renderActions(actions: readonly Action[], indent: string): readonly string[] {
  return actions.flatMap((action) => renderAction(action, indent));
}

function renderAction(action: Action, indent: string): readonly string[] {
  const inner = `${indent}  `;
  switch (action.kind) {
    case 'call': {
      const { sql, many, onError, cutAt } = action.call;
      const cut = cutAt === undefined ? '' : ` cut at ${JSON.stringify(cutAt)}`;
      return [`${indent}call ${sqlPlace(sql)}${many ? ' many' : ''}${cut}${policy(onError)}: ${firstWords(sql.text)}`];
    }
    case 'step': {
      const { identity, name, file, transaction, actions } = action.step;
      const head = `${indent}step ${identity} (${name}) of ${file}${transaction ? ' in a transaction' : ''}`;
      return [head, ...renderActions(actions, inner)];
    }
    case 'code':
      return [`${indent}code ${action.file.path}`];
    case 'stamp':
      return [`${indent}stamp`];
    case 'if': {
      const otherwise =
        action.otherwise.length === 0 ? [] : [`${indent}else`, ...renderActions(action.otherwise, inner)];
      return [`${indent}if ${renderGuard(action.guard)}`, ...renderActions(action.then, inner), ...otherwise];
    }
    case 'block':
      return [
        `${indent}block${action.transaction === true ? ' in a transaction' : ''}${policy(action.onError)}`,
        ...renderActions(action.actions, inner),
      ];
  }
}

export function renderGuard(guard: Guard): string {
  if ('all' in guard) return `(${guard.all.map(renderGuard).join(' and ')})`;
  if ('any' in guard) return `(${guard.any.map(renderGuard).join(' or ')})`;
  if (guard.test === 'unknown') return `unknown[${guard.words}]`;
  const not = guard.not === true ? 'no ' : '';
  switch (guard.test) {
    case 'column':
      return `${not}column ${guard.table}.${guard.name}`;
    case 'recorded':
      return `${not}recorded ${guard.identity ?? 'any'}`;
    case 'empty':
      return `${not}empty`;
    default:
      return `${not}${guard.test} ${guard.name}`;
  }
}

function policy(onError: OnError): string {
  if (onError.kind === 'stop') return '';
  return onError.kind === 'swallow' ? ' swallowed' : ` tolerates ${onError.classes.join(' ')}`;
}

function sqlPlace(sql: SqlText): string {
  const start = /\S/.exec(sql.text)?.index ?? 0;
  const end = sql.text.trimEnd().length;
  const span = spanOf(sql, start, Math.max(start, end));
  return `${place(span)}-${positionAt(sql.file, span.end).line}`;
}

function place(span: Span): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${span.file.path}:${line}:${column}`;
}

function firstWords(text: string): string {
  const words = text.trim().replace(/\s+/g, ' ');
  return words.length > 90 ? `${words.slice(0, 87)}...` : words;
}
