import type { HostAction, HostCondition, HostModule, HostOnError, HostValue } from '../../src/hosts/host.ts';

/** A module as indented text, one action a line, for golden files that a person can read. */
export function renderModule(module: HostModule): string {
  const lines = [`module ${module.path.join('::')}`];
  for (const [name, path] of module.imports) lines.push(`import ${name} = ${path.join('::')}`);
  for (const [name, value] of module.constants) lines.push(`constant ${name} = ${renderValue(value)}`);
  if (module.body.length > 0) lines.push('body', ...renderActions(module.body, '  '));
  for (const { name, owner, parameters, test, body } of module.functions) {
    const path = owner === undefined ? name : `${owner}::${name}`;
    lines.push(`${test ? 'test ' : ''}function ${path}(${parameters.join(', ')})`, ...renderActions(body, '  '));
  }
  return `${lines.join('\n')}\n`;
}

function renderActions(actions: readonly HostAction[], indent: string): string[] {
  return actions.flatMap((action) => renderAction(action, indent));
}

function renderAction(action: HostAction, indent: string): string[] {
  const inner = `${indent}  `;
  switch (action.kind) {
    case 'execute':
      return [
        `${indent}execute${action.many ? ' many' : ''}${renderPolicy(action.onError)} ${renderValue(action.sql)}`,
      ];
    case 'call':
      return [`${indent}call${renderPolicy(action.onError)} ${renderCall(action)}`];
    case 'if': {
      const then = [`${indent}if ${renderCondition(action.condition)}`, ...renderActions(action.then, inner)];
      return action.otherwise.length === 0
        ? then
        : [...then, `${indent}else`, ...renderActions(action.otherwise, inner)];
    }
    case 'for':
      return [
        `${indent}for ${action.variables.join(', ')} in ${renderValue(action.over)}`,
        ...renderActions(action.body, inner),
      ];
    case 'assign':
      return [`${indent}assign ${action.name} = ${renderValue(action.value)}`];
    case 'block':
      return [
        `${indent}${action.transaction ? 'transaction' : 'block'}${renderPolicy(action.onError)}`,
        ...renderActions(action.body, inner),
      ];
    case 'transaction':
      return [`${indent}${action.what}`];
    case 'leave':
      return [`${indent}leave ${action.what}`];
    case 'return':
      return [`${indent}return ${renderReturned(action.value)}`.trimEnd()];
  }
}

function renderReturned(value: HostValue | HostCondition | null): string {
  if (value === null) return '';
  return 'kind' in value ? renderValue(value) : renderCondition(value);
}

function renderPolicy(onError: HostOnError): string {
  if (onError.kind === 'stop') return '';
  return onError.kind === 'swallow' ? ' swallow' : ` tolerate(${onError.classes.join(' ')})`;
}

function renderCall(call: { readonly callee: readonly string[]; readonly arguments: readonly HostValue[] }): string {
  return `${call.callee.join('::')}(${call.arguments.map(renderValue).join(', ')})`;
}

function renderValue(value: HostValue): string {
  switch (value.kind) {
    case 'text':
      return JSON.stringify(value.sql.text);
    case 'name':
      return value.path.join('.');
    case 'file':
      return `file ${value.path}`;
    case 'files':
      return `files ${value.folder}/${value.pattern}`;
    case 'list':
      return `[${value.items.map(renderValue).join(', ')}]`;
    case 'tuple':
      return `(${value.items.map((item, index) => `${value.names === undefined ? '' : `${value.names[index] ?? ''}: `}${renderValue(item)}`).join(', ')})`;
    case 'joined':
      return `join(${value.parts.map(renderValue).join(' + ')})`;
    case 'call':
      return renderCall(value);
    case 'number':
      return String(value.value);
    case 'dictionary':
      return `{${value.entries.map(([key, item]) => `${renderValue(key)}: ${renderValue(item)}`).join(', ')}}`;
    case 'rows': {
      const sought = value.looksFor === undefined ? '' : ` holding ${renderValue(value.looksFor)}`;
      return `rows(${[value.sql, ...value.arguments].map(renderValue).join(', ')})${sought}`;
    }
    case 'condition':
      return renderCondition(value.condition);
    case 'derived':
      return `${value.operation}(${[value.of, ...value.arguments].map(renderValue).join(', ')})`;
    case 'named':
      return `${value.name}=${renderValue(value.value)}`;
    case 'unknown':
      return '?';
  }
}

function renderCondition(condition: HostCondition): string {
  switch (condition.condition) {
    case 'not':
      return `not ${renderCondition(condition.of)}`;
    case 'and':
    case 'or':
      return `(${condition.of.map(renderCondition).join(` ${condition.condition} `)})`;
    case 'call':
      return renderCall(condition);
    case 'query': {
      const bound = condition.arguments.length === 0 ? '' : ` with ${condition.arguments.map(renderValue).join(', ')}`;
      const sought = condition.looksFor === undefined ? '' : ` holds ${renderValue(condition.looksFor)}`;
      return `query(${renderValue(condition.sql)}${bound})${sought}`;
    }
    case 'contains':
      return `${renderValue(condition.item)} in ${renderReturned(condition.collection)}`;
    case 'compare':
      return `${renderValue(condition.left)} ${condition.operator} ${renderValue(condition.right)}`;
    case 'succeeds':
      return `succeeds(${renderValue(condition.sql)})`;
    case 'is':
      return `${renderValue(condition.value)} is ${condition.what}`;
    case 'constant':
      return String(condition.value);
    case 'value':
      return renderValue(condition.value);
    case 'unknown':
      return `unknown \`${condition.words}\``;
  }
}
