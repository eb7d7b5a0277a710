import type { Reporter } from './reporter.ts';
import { resultDocument } from './result-document.ts';

/** One value to a line, so that a reader need not hold the whole: findings, paths, unreadable files, and the rest as `summary`. */
const ndjson: Reporter = {
  name: 'ndjson',
  summary: 'the parts of json, one to a line',
  report(result, options) {
    const { findings, paths, errors, ...summary } = resultDocument(result, options);
    const lines = [
      ...findings.map((finding) => ({ type: 'finding', ...finding })),
      ...paths.map((path) => ({ type: 'path', ...path })),
      ...errors.map((error) => ({ type: 'error', ...error })),
      { type: 'summary', ...summary },
    ];
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  },
};

export default ndjson;
