/** Characters that move a terminal's cursor, change its colours or turn its reading direction; a tab and a line end are not. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text out of a stranger's files, made safe to write to a terminal or a log: what would command it is shown as `�`. */
export function printable(text: string): string {
  return text.replace(unsafe, '\ufffd');
}

/** The same for what must stay on one line, such as a path. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, '\ufffd');
}
