import type { Reporter } from './reporter.ts';
import { resultDocument } from './result-document.ts';

const json: Reporter = {
  name: 'json',
  summary: 'everything, for programs (schema/result.schema.json)',
  report(result, options) {
    return `${JSON.stringify(resultDocument(result, options), null, 2)}\n`;
  },
};

export default json;
