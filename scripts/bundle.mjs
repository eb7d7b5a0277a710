// Bundles the package as rolldown.config.mjs says, and is silent about it: `npm start` should show findings, not chunks.
import { rolldown } from 'rolldown';
import config from '../rolldown.config.mjs';

const { output, ...input } = config;
const bundle = await rolldown(input);
await bundle.write(output);
await bundle.close();
