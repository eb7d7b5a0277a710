import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { expectedPlaces, lintFiles, placesOf } from './support/project-of.ts';

describe.each(rules)('$id', (rule) => {
  it('has an example that it reports and one that it does not', () => {
    const reporting = rule.examples.filter(({ files }) =>
      expectedPlaces(files).some((place) => place.endsWith(` ${rule.id}`)),
    );
    expect(reporting.length).toBeGreaterThan(0);
    expect(rule.examples.length).toBeGreaterThan(reporting.length);
  });

  it.each(rule.examples)('$title', async ({ files, released }) => {
    const expected = expectedPlaces(files);
    const { findings } = await lintFiles(files, released);
    const worthMore = findings.filter(
      (finding) => finding.severity !== 'info' || expected.some((place) => place.endsWith(` ${finding.rule}`)),
    );
    expect(placesOf(worthMore)).toEqual(expected);
  });
});
