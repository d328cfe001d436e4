// The import rule of ARCHITECTURE.md: nothing imports upwards. Two tables, one for packages and one for the server.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { ROOT, sourceFiles } from './lib/files.mjs';

/** What a package may import besides its own files. `node:` stands for Node's modules, `npm` for any other package. */
const PACKAGES = {
  protocol: [],
  client: ['@roomcast/protocol'],
  web: ['@roomcast/client', '@roomcast/protocol', 'npm'],
  server: ['@roomcast/protocol', '@roomcast/client', 'node:', 'npm'],
};

/**
 * The server's layers. `values`: the layers whose code a layer may use besides itself. `types`: what it may besides
 * import as types, a layer or one file. `outside`: what it may import from outside the package.
 * A layer that is not listed may use all but the faces, `server` and `main`.
 */
const FOUNDATION = ['util', 'telemetry', 'config'];
const INTERFACES = ['broker/broker', 'store/store', 'transports/transport'];
const EVERYTHING = ['@roomcast/protocol', 'node:', 'npm'];
const FACES = ['api', 'chat', 'webhooks', 'gateway', 'dashboard'];
const BELOW_FACES = [...FOUNDATION, 'core', 'broker', 'store', 'auth', 'transports', 'http'];
const LAYERS = {
  util: { values: [], types: [], outside: EVERYTHING },
  config: { values: ['util'], types: [], outside: EVERYTHING },
  telemetry: { values: ['util'], types: ['config', 'core'], outside: EVERYTHING },
  core: {
    values: ['util', 'telemetry'],
    types: ['config', ...INTERFACES],
    // No I/O in core.
    outside: ['@roomcast/protocol', 'typebox', 'node:crypto', 'node:perf_hooks', 'node:buffer', 'node:util'],
  },
  cli: { values: FOUNDATION, types: [], outside: ['@roomcast/client', ...EVERYTHING] },
  ...Object.fromEntries(FACES.map((face) => [face, { values: BELOW_FACES, types: [], outside: EVERYTHING }])),
  // What is pushed, who is where and what was captured is the business of those faces, how it is asked for the API's.
  api: { values: [...BELOW_FACES, 'gateway', 'webhooks'], types: [], outside: EVERYTHING },
  server: { values: [...BELOW_FACES, 'logs', ...FACES], types: [], outside: EVERYTHING },
  main: { values: [...FOUNDATION, 'cli', 'server'], types: [], outside: EVERYTHING },
};
const OTHER = { values: BELOW_FACES, types: [], outside: EVERYTHING };

const IMPORT =
  /(?:^|[;\n}])\s*(?:import|export)\s+(type\s)?(?:[\w$*{}\s,]+?\sfrom\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/g;

const faults = Object.keys(PACKAGES).flatMap((name) =>
  sourceFiles(`packages/${name}/src`)
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
    .flatMap((path) => importsOf(path).map((found) => faultOf(name, path, found)))
    .filter((fault) => fault !== null),
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`\n${faults.length} imports break the import rule (scripts/check-imports.mjs, ARCHITECTURE.md)`);
  process.exit(1);
}
console.log('Imports keep the rule');

/** All imports of a file, comments left out: what is named, whether only as a type, and the line. */
function importsOf(path) {
  const blank = (comment) => comment.replace(/[^\n]/g, ' ');
  const text = readFileSync(ROOT + path, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, blank);
  return [...text.matchAll(IMPORT)].map((match) => ({
    name: match[2] ?? match[3],
    isType: match[1] !== undefined,
    line: text.slice(0, match.index + match[0].length).split('\n').length,
  }));
}

function faultOf(pkg, path, { name, isType, line }) {
  const report = (reason) => `${path}:${line} imports ${name}: ${reason}`;
  if (!name.startsWith('.')) {
    if (!covers(PACKAGES[pkg], name)) return report(`the package ${pkg} may import ${listed(PACKAGES[pkg])}`);
    if (pkg !== 'server') return null;
    const layer = layerOf(insideServer(path));
    return covers(rulesOf(layer).outside, name) ? null : report(`${layer} may not use it`);
  }
  const target = posix.join(posix.dirname(path), name);
  if (!target.startsWith(`packages/${pkg}/src/`)) return report("it lies outside the package's src");
  if (pkg !== 'server') return null;
  const [from, to] = [insideServer(path), insideServer(target)];
  return mayUse(layerOf(from), to, isType) ? null : report(`${layerOf(from)} may not use ${describe(to, isType)}`);
}

function mayUse(from, to, isType) {
  const { values, types } = rulesOf(from);
  const layer = layerOf(to);
  if (layer === from || values.includes(layer)) return true;
  return isType && (types.includes(layer) || types.includes(to));
}

function describe(to, isType) {
  return isType ? `${layerOf(to)}, not even its types` : layerOf(to);
}

function rulesOf(layer) {
  return LAYERS[layer] ?? OTHER;
}

/** `packages/server/src/core/hub.ts` → `core/hub`. */
function insideServer(path) {
  return path.replace('packages/server/src/', '').replace(/\.(d\.)?tsx?$/, '');
}

/** `core/hub` → `core`, `main` → `main`. What `server.ts` is put together of is one layer with it. */
function layerOf(inside) {
  const [first] = inside.split('/');
  return first === 'compose' ? 'server' : first;
}

function covers(allowed, name) {
  const isNode = name.startsWith('node:');
  return allowed.some((entry) => {
    if (entry === 'node:') return isNode;
    if (entry === 'npm') return !isNode && !name.startsWith('@roomcast/') && name !== 'roomcast';
    return name === entry || name.startsWith(`${entry}/`);
  });
}

function listed(allowed) {
  return allowed.length === 0 ? 'nothing' : `only ${allowed.join(', ')}`;
}
