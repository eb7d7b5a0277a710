/** Characters that no XML 1.0 document may hold, in any spelling (section 2.2 of the specification), and lone surrogates. */
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** An element; attributes that are undefined are left out. `content` is XML already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: readonly string[] = [],
): string {
  const words = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${attributeText(String(value))}"`],
  );
  const head = `<${name}${words.join('')}`;
  return content.length === 0 ? `${head}/>` : `${head}>${content.join('')}</${name}>`;
}

/** Text between tags. */
export function xmlText(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>]|\r/g, (unit) => entities[unit] ?? unit);
}

/** Line ends and tabs are kept as references: a reader would turn them into spaces otherwise. */
function attributeText(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"\n\r\t]/g, (unit) => entities[unit] ?? unit);
}

/** A whole document of an element. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}
