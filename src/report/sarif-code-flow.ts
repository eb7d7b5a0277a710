import type { Finding, Related } from '../finding.ts';
import type { Span } from '../text/source-file.ts';
import { spanOf } from '../text/sql-text.ts';
import type { History } from '../timeline/history.ts';

/** Upgrade paths of one finding that are shown as a flow; the others are named in the message. */
const shownFlows = 5;

/**
 * The way along each upgrade path on which a finding holds: what proves that such an install exists, then the places that
 * the finding speaks of, in the order in which a deploy runs them (SARIF 2.1.0, section 3.36).
 */
export function codeFlows(
  finding: Finding,
  history: History | undefined,
  location: (span: Span) => object,
): readonly object[] {
  if (history === undefined || !Array.isArray(finding.holdsOn)) return [];
  const names: readonly string[] = finding.holdsOn;
  const stops = inRunOrder(
    [{ span: finding.span, message: finding.engineError ?? finding.message }, ...finding.related],
    history,
  );
  return history.paths
    .filter(({ name }) => names.includes(name))
    .slice(0, shownFlows)
    .map(({ name, start }) => ({
      message: { text: `Upgrade path: ${name}` },
      threadFlows: [
        {
          locations: [
            ...start.witnesses.map((span) =>
              flowLocation({ span, message: `such databases exist: ${name}` }, location),
            ),
            ...stops.map((stop) => flowLocation(stop, location)),
          ],
        },
      ],
    }));
}

function flowLocation({ span, message }: Related, location: (span: Span) => object): object {
  return { location: { physicalLocation: location(span), message: { text: message } } };
}

/** Places of statements in the order of the deployment's program; others keep to the end. */
function inRunOrder(places: readonly Related[], { statements }: History): readonly Related[] {
  const spans = statements.map(({ parsed: { statement } }) => spanOf(statement.sql, statement.start, statement.end));
  const turnOf = ({ span }: Related) => {
    const turn = spans.findIndex(
      ({ file, start, end }) => file.path === span.file.path && start <= span.start && span.start < end,
    );
    return turn === -1 ? spans.length : turn;
  };
  return places
    .map((place) => ({ place, turn: turnOf(place) }))
    .sort((left, right) => left.turn - right.turn)
    .map(({ place }) => place);
}
