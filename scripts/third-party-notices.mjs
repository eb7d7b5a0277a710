import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The libraries that the published files hold; what they depend on is found from here. */
const bundled = ['libpg-query', 'node-sql-parser', 'picocolors', 'picomatch', 'sqlite3-parser', 'yaml'];

/** What a library holds that no package.json names. */
const inside = {
  'libpg-query':
    'It holds libpg_query (BSD-3-Clause, Copyright (c) 2015, Lukas Fittl) and code of PostgreSQL (PostgreSQL License,\n' +
    'Copyright (c) 1996-2025, PostgreSQL Global Development Group).',
};

/** The text of THIRD_PARTY_NOTICES: every bundled library with its version and licence, by name. */
export function thirdPartyNotices(root) {
  const found = new Map();
  for (const name of bundled) collect([join(root, 'node_modules')], name, found);
  const parts = [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1)).map(notice);
  return `The published files of migralint hold these libraries.\n\n${parts.join('\n')}`;
}

/** Adds a library and what it loads, looked for in the nearest of the folders; packages of types hold no code. */
function collect(nodeModules, name, found) {
  if (name.startsWith('@types/')) return;
  const folder = nodeModules.map((path) => join(path, name)).find((path) => existsSync(path));
  if (folder === undefined) throw new Error(`${name} is not installed`);
  const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (found.has(`${name} ${version}`)) return;
  found.set(`${name} ${version}`, { name, version, license, text: licenseText(folder) });
  for (const dependency of Object.keys(dependencies)) {
    collect([join(folder, 'node_modules'), ...nodeModules], dependency, found);
  }
}

function licenseText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim();
}

function notice({ name, version, license, text }) {
  const extra = inside[name] === undefined ? '' : `\n${inside[name]}\n`;
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${extra}\n${text ?? `Licence: ${license}`}\n`;
}
