/**
 * A plugin for the bundle: a chunk is loaded when something in it is first used, and not when a chunk that could use it is.
 *
 * Rolldown writes `const require_x=require("./x.cjs")` at the top of a chunk and `require_x.name` wherever a name of the other chunk
 * stands; CommonJS may load at any moment, so the first becomes a function and the second its call. No module of migralint
 * does anything when it is loaded but make its own values, so the order of loading makes no difference.
 */
export const lazyChunks = {
  name: 'lazy-chunks',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = withLazyImports(file.code);
  },
};

function withLazyImports(code) {
  let lazy = code;
  for (const [declaration, name, path] of code.matchAll(/const (require_[\w$]+)=require\("(\.\/[^"]+)"\);?/g)) {
    const load = `${name}$load`;
    lazy = lazy.replace(declaration, () => `let ${name}$;function ${load}(){return ${name}$??=require("${path}")}`);
    lazy = lazy.replaceAll(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}\\.`, 'g'), () => `(${load}()).`);
    if (new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(lazy))
      throw new Error(`lazy-chunks: ${name} is used in a way that this plugin does not know`);
  }
  return lazy;
}
