// Bundles the package as rolldown.config.mjs says, and is silent about it: `npm start` should show findings, not chunks.
import { readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import config from '../rolldown.config.mjs';

const { output: settings, ...input } = config;
const bundle = await rolldown(input);
const { output } = await bundle.write(settings);
await bundle.close();

// The library for those who import it: the same code under the same names. What require() of it gives is the other file.
const { exports: names } = output.find(({ fileName }) => fileName === 'index.cjs');
writeFileSync('dist/index.js', `import library from './index.cjs';\nexport const { ${names.join(', ')} } = library;\n`);

const notices = readFileSync('THIRD_PARTY_NOTICES', 'utf8');
const unnamed = [...librariesIn(output)].filter((library) => !notices.includes(`\n${library} `));
if (unnamed.length > 0)
  throw new Error(`THIRD_PARTY_NOTICES does not name ${unnamed.join(', ')}, which the bundle holds`);

/** The packages whose code is in the bundle. */
function librariesIn(chunks) {
  const modules = chunks.flatMap((chunk) => ('moduleIds' in chunk ? chunk.moduleIds : []));
  const names = modules.map((id) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1]?.replace('\\', '/'));
  return new Set(names.filter((name) => name !== undefined));
}
