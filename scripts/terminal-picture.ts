// The picture of the README: what migralint prints about the example project, with the colours that it gives a terminal.
// `npm run picture` writes it; test/terminal-picture.test.ts fails when it is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../src/cli/run.ts';
import { textWidth } from '../src/text/display-width.ts';

export const PICTURE = 'docs/terminal.svg';

const COLUMNS = 92;
const CELL = { width: 8.43, height: 19 };
const MARGIN = { x: 22, top: 50, bottom: 18 };

const COLOURS: Readonly<Record<string, string>> = {
  background: '#0d1117',
  frame: '#30363d',
  bar: '#161b22',
  text: '#d7dde4',
  dim: '#7d8793',
  bold: '#ffffff',
  prompt: '#3fb950',
  31: '#ff7b72',
  32: '#3fb950',
  33: '#e3b341',
  36: '#39c5cf',
};

/** The picture of a command and its real output in a folder of this repository. */
export async function terminalPicture(root: string): Promise<string> {
  let output = '';
  const out = { isTerminal: true, columns: COLUMNS, write: (text: string) => void (output += text) };
  const err = { ...out, write: (text: string): never => fail(text) };
  await run([], { cwd: join(root, 'examples/bookshop/bookshop'), env: { FORCE_COLOR: '1' }, out, err });
  return svgOf('migralint', output.trimEnd());
}

function fail(text: string): never {
  throw new Error(text);
}

function svgOf(command: string, output: string): string {
  const prompt = `${textRun(0, '$', `fill="${COLOURS.prompt ?? ''}" font-weight="bold"`)}${textRun(2, command, `fill="${COLOURS.bold ?? ''}"`)}`;
  const lines = [prompt, '', ...output.split('\n').map(lineOf)];
  const width = Math.round(COLUMNS * CELL.width + 2 * MARGIN.x);
  const height = MARGIN.top + lines.length * CELL.height + MARGIN.bottom;
  const rows = lines.flatMap((line, index) =>
    line === ''
      ? []
      : [`  <g transform="translate(${MARGIN.x} ${MARGIN.top + (index + 0.75) * CELL.height})">${line}</g>`],
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
  <title>migralint in a terminal</title>
  <desc>${escaped(plain(output))}</desc>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${COLOURS.background ?? ''}" stroke="${COLOURS.frame ?? ''}"/>
  <path d="M1 34 V11 a10 10 0 0 1 10 -10 H${width - 11} a10 10 0 0 1 10 10 V34 Z" fill="${COLOURS.bar ?? ''}"/>
  <circle cx="22" cy="17.5" r="5.5" fill="#ff5f57"/><circle cx="41" cy="17.5" r="5.5" fill="#febc2e"/><circle cx="60" cy="17.5" r="5.5" fill="#28c840"/>
  <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${rows.join('\n')}
  </g>
</svg>
`;
}

/** A line with its colours: one text to each run of one look, held to its columns whatever the font. */
function lineOf(line: string): string {
  const look = { bold: false, dim: false, colour: '' };
  let column = 0;
  let runs = '';
  for (const [, codes, text = ''] of line.matchAll(/(?:\u001b\[([\d;]*)m)|([^\u001b]+)/g)) {
    if (codes !== undefined) for (const code of codes.split(';')) changeLook(look, code);
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g)) {
      runs += textRun(column + textWidth(text.slice(0, index)), words, attributesOf(look));
    }
    column += textWidth(text);
  }
  return runs;
}

function changeLook(look: { bold: boolean; dim: boolean; colour: string }, code: string): void {
  if (code === '1') look.bold = true;
  else if (code === '2') look.dim = true;
  else if (code === '22') look.bold = look.dim = false;
  else if (code === '39') look.colour = '';
  else if (COLOURS[code] !== undefined) look.colour = code;
  else throw new Error(`no colour for the code ${code}`);
}

function attributesOf({ bold, dim, colour }: { bold: boolean; dim: boolean; colour: string }): string {
  const fill = COLOURS[colour !== '' ? colour : bold ? 'bold' : dim ? 'dim' : 'text'] ?? '';
  return `fill="${fill}"${bold ? ' font-weight="bold"' : ''}`;
}

function textRun(column: number, words: string, attributes: string): string {
  const [x, length] = [column * CELL.width, textWidth(words) * CELL.width].map((value) => Number(value.toFixed(2)));
  return `<text x="${x ?? 0}" textLength="${length ?? 0}" ${attributes}>${escaped(words)}</text>`;
}

function plain(text: string): string {
  return text.replace(/\u001b\[[\d;]*m/g, '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

if (process.argv.includes('--write')) writeFileSync(PICTURE, await terminalPicture(process.cwd()));
