/** Lines shown around a change. */
const context = 3;

/**
 * The change of one file as `git apply` reads it; empty where there is none. The lines between the first and the last that
 * differ are matched by a longest common subsequence, in pieces small enough to stay cheap.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  return changeOf(`a/${path}`, `b/${path}`, before, after);
}

/** A file that gets another name, and perhaps other lines. */
export function renameDiff(from: string, to: string, before: string, after: string): string {
  const head = `diff --git ${quoted(`a/${from}`)} ${quoted(`b/${to}`)}\n`;
  const names = `rename from ${quoted(from)}\nrename to ${quoted(to)}\n`;
  return `${head}${names}${before === after ? '' : changeOf(`a/${from}`, `b/${to}`, before, after)}`;
}

/** A file that was not there. */
export function creationDiff(path: string, text: string): string {
  const head = `diff --git ${quoted(`a/${path}`)} ${quoted(`b/${path}`)}\nnew file mode 100644\n`;
  return `${head}${changeOf('/dev/null', `b/${path}`, '', text)}`;
}

function changeOf(left: string, right: string, before: string, after: string): string {
  const hunks = hunksOf(lineChanges(linesOf(before), linesOf(after)));
  return `--- ${quoted(left)}\n+++ ${quoted(right)}\n${hunks.join('')}`;
}

function quoted(name: string): string {
  return /["\\\s]/.test(name) ? JSON.stringify(name) : name;
}

interface Change {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** With their line ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lineChanges(before: readonly string[], after: readonly string[]): readonly Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  const same = (lines: readonly string[]): readonly Change[] => lines.map((line) => ({ sign: ' ', line }));
  return [
    ...same(before.slice(0, head)),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** Cells of the table beyond which the middle is shown as taken out and put in whole. */
const mostCells = 4_000_000;

function middle(before: readonly string[], after: readonly string[]): readonly Change[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > mostCells) {
    return [
      ...before.map((line) => ({ sign: '-', line }) as const),
      ...after.map((line) => ({ sign: '+', line }) as const),
    ];
  }
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changes: Change[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const [old = '', fresh = ''] = [before[row], after[column]];
    if (row < before.length && column < after.length && old === fresh) {
      changes.push({ sign: ' ', line: old });
      row++;
      column++;
    } else if (row < before.length && (column >= after.length || at(row + 1, column) >= at(row, column + 1))) {
      changes.push({ sign: '-', line: old });
      row++;
    } else {
      changes.push({ sign: '+', line: fresh });
      column++;
    }
  }
  return changes;
}

function hunksOf(changes: readonly Change[]): readonly string[] {
  const hunks: string[] = [];
  let old = 1;
  let fresh = 1;
  for (let start = 0; start < changes.length;) {
    const first = changes.findIndex(({ sign }, index) => index >= start && sign !== ' ');
    if (first === -1) break;
    const from = Math.max(start, first - context);
    let end = first;
    for (let index = first; index < changes.length && index <= end + 2 * context; index++) {
      if (changes[index]?.sign !== ' ') end = index;
    }
    const to = Math.min(changes.length, end + 1 + context);
    const skipped = from - start;
    old += skipped;
    fresh += skipped;
    const part = changes.slice(from, to);
    const oldCount = part.filter(({ sign }) => sign !== '+').length;
    const freshCount = part.filter(({ sign }) => sign !== '-').length;
    hunks.push(`@@ -${range(old, oldCount)} +${range(fresh, freshCount)} @@\n${part.map(lineText).join('')}`);
    old += oldCount;
    fresh += freshCount;
    start = to;
  }
  return hunks;
}

/** An empty side counts from the line before it. */
function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}

function lineText({ sign, line }: Change): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
