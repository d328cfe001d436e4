// Runs before everything else. Old syntax on purpose: the oldest Node that may meet this file has to be able to read it.
'use strict';

// What the build tools need to run at all. The server itself needs more; on Linux x64 the installation brings it along.
var needed = [20, 19];

// npm says which Node runs it; the `node` that runs this file may be another one.
var agent = / node\/v(\d+)\.(\d+)\.(\S+)/.exec(' '.concat(process.env.npm_config_user_agent || ''));
var found = agent === null ? process.versions.node.split('.') : agent.slice(1);
var major = Number(found[0]);
var minor = Number(found[1]);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    'Roomcast needs Node '.concat(needed.join('.'), ' or newer; this is Node ', found.join('.'), '.\n'),
  );
  process.exitCode = 1;
}
