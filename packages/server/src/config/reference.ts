import { GROUPS, OPTIONS, type OptionKey, variableOf } from './options.ts';
import { defaultOf, keysOf, usageOf } from './render.ts';

const REFERENCE_HEAD = `# Configuration

<!-- Generated from the options table by \`npm run docs\`. Do not edit. -->

Every option can be given as a flag, as an environment variable, or as a key of a JSON file named by \`--config FILE\` or
\`ROOMCAST_CONFIG\`. Flags win over the environment, the environment over the file, the file over the default. An
environment variable that is empty counts as not set. Mistakes end the start: all of them are listed at once.

\`roomcast config\` prints the effective values and where each comes from, with secrets masked.

\`\`\`json
{
  "port": 9000,
  "pingInterval": "20s",
  "maxFrameSize": "256KiB",
  "namespaces": {
    "orders": { "publish": "server", "history": { "size": 100, "age": "5m" } }
  }
}
\`\`\`

Durations are \`250ms\`, \`10s\`, \`5m\`, \`1h\` or a number of milliseconds. Sizes are \`64KiB\`, \`1MiB\`, \`10MB\` or a number
of bytes. Switches are \`--open\` and \`--no-open\`, and \`true\`, \`false\`, \`1\` or \`0\` elsewhere. Lists are comma-separated;
in the file they are arrays.
`;

/** The reference page: docs/reference/configuration.md. */
export function renderReference(): string {
  const groups = GROUPS.map((group) => `## ${group}\n\n${keysOf(group).map(referenceOf).join('\n')}`);
  return `${REFERENCE_HEAD}\n${groups.join('\n')}`;
}

function referenceOf(key: OptionKey): string {
  const { doc, type } = OPTIONS[key];
  const value = defaultOf(key);
  return [
    `### ${key}\n`,
    `${doc}\n`,
    `- Flag: \`${usageOf(key)}\``,
    `- Environment: \`${variableOf(key)}\``,
    `- Form: ${type.form}`,
    `- Default: ${value === 'none' ? value : `\`${value}\``}\n`,
  ].join('\n');
}
