#!/usr/bin/env node
// Completes the words after `kubectl regatta`: kubectl runs this file as kubectl_complete-regatta.
process.argv.splice(2, 0, '__complete', '--kubectl');
await import('./regatta.mjs');
