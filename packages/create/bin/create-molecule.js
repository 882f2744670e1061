#!/usr/bin/env node
// A file that is there before the build, so that package managers can link the command at any time.
import '../dist/cli.js';
