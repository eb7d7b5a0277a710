import { baseName } from '../src/layouts/file-order.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import { checksumFaults } from '../src/timeline/checksum-faults.ts';

export default defineRule({
  id: 'checksum-file',
  severity: 'error',
  summary: 'A checksum that stands in the repository does not fit the migrations.',
  why: `Atlas keeps a sum of its folder in atlas.sum, and graphile-migrate one in the header of each migration. Where a file was changed, added or
removed by hand, or two branches were merged, the tool refuses to run, on every database that still has something to run.`,
  instead: 'Restore the file. If the change is meant and no database has run it, let the tool take the sums again.',
  examples: [
    {
      title: 'A file was changed after the sum was taken',
      files: {
        'migrations/atlas.sum': `h1:rRqq6XXqsiHONMVXm/3DjToq2eC6asINJ9uPOxTL0Gg=
20240101_cooks.sql h1:fi/UXQ8ROQ4IpXhfIhJq5lyX0YN626nP+SZaSShJyCs=
`,
        'migrations/20240101_cooks.sql': 'CREATE TABLE cooks (id bigint PRIMARY KEY); -- expect: checksum-file',
      },
    },
    {
      title: 'The sum fits',
      files: {
        'migrations/atlas.sum': `h1:rRqq6XXqsiHONMVXm/3DjToq2eC6asINJ9uPOxTL0Gg=
20240101_cooks.sql h1:fi/UXQ8ROQ4IpXhfIhJq5lyX0YN626nP+SZaSShJyCs=
`,
        'migrations/20240101_cooks.sql': 'CREATE TABLE cooks (id bigint PRIMARY KEY);',
      },
    },
  ],
  check(history, report) {
    const { tool, journal } = history.deployment;
    if (tool === null) return;
    for (const { at, file, what, error, retaken, whenRun } of checksumFaults(history.deployment, history.project)) {
      const sum = tool.name === 'Atlas' && journal !== null ? baseName(journal.file.path) : 'its header';
      report({
        at,
        object: file,
        message: `${file} ${what}${tool.name === 'Atlas' && journal !== null ? ` (${sum})` : ''}. ${tool.name} refuses to run${whenRun === true ? ' it' : ''}.`,
        help:
          tool.name === 'Atlas'
            ? 'Restore the files as they were. If the change is meant and no database has run it: atlas migrate hash.'
            : 'Restore it. If the change is meant and no database has run it: graphile-migrate uncommit, and commit again.',
        engineError: error,
        ...offer(retaken === null ? null : { title: 'Take the sums again', safe: true, ...retaken }),
      });
    }
  },
});
