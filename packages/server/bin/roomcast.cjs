#!/usr/bin/env node
// Old syntax on purpose: the oldest Node that may meet this file has to be able to read it.
'use strict';

var needed = [22, 19];
var found = process.versions.node.split('.').map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    'Roomcast needs Node '.concat(needed.join('.'), ' or newer; this is Node ', process.versions.node, '.\n'),
  );
  process.exitCode = 1;
} else {
  import('../dist/main.js').then((module) => {
    return module.main(process.argv.slice(2));
  });
}
