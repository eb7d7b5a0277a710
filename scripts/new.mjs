// Makes a new rule, layout, host or reporter: source, test and fixture from scripts/templates.
// usage: npm run new rule|layout|host|reporter NAME
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const templates = join(root, 'scripts/templates');
const kinds = readdirSync(templates);

const [kind, name, target = root] = process.argv.slice(2);
if (!kinds.includes(kind) || name === undefined) stop(`usage: npm run new ${kinds.join('|')} NAME`);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) stop(`"${name}" is no name: lower-case words joined by "-"`);

const files = filesBelow(join(templates, kind)).map((template) => ({
  path: filled(relative(join(templates, kind), template).replace(/\.template$/, '')),
  text: filled(readFileSync(template, 'utf8')),
}));
const present = files.find(({ path }) => existsSync(join(target, path)));
if (present !== undefined) stop(`${present.path} is there already`);

for (const { path, text } of files) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
  process.stdout.write(`${path}\n`);
}
if (target === root) spawnSync(process.execPath, [join(root, 'scripts/gen.mjs')], { stdio: 'inherit' });

/** Puts the name where a template leaves room for it: `NAME`, or `nameInCode` for an identifier. */
function filled(text) {
  const identifier = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return text.replaceAll('nameInCode', identifier).replaceAll('NAME', name);
}

function filesBelow(folder) {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
