#!/usr/bin/env node
// What a platform calls in the images of its templates: `molecule start`.
import process from 'node:process';

process.argv.splice(2, 0, 'start');
await import('../dist/cli.js');
