#!/usr/bin/env node
// Exists before the build, so that a package manager can link the command at any time.
import '../dist/cli.js';
