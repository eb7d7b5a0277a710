#!/usr/bin/env node
'use strict';
const { load } = require('../dist/compile-cache.cjs');
void load('cli.cjs').main();
