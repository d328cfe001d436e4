import { emitCommand } from '../shared/emit-command.ts';
import { Snippet } from '../shared/snippet.tsx';

interface ExamplesProps {
  readonly origin: string;
  readonly room: string;
}

/** Two ways into a room that work as they stand, with this server's address in them. */
export function Examples({ origin, room }: ExamplesProps) {
  return (
    <section class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title" class="label">
        Try it from code
      </h2>
      <div class="examples-list">
        <Snippet title="Browser" what="browser code" code={browserCode(origin, room)} />
        <Snippet title="curl" what="curl command" code={emitCommand(origin, room)} />
      </div>
    </section>
  );
}

function browserCode(origin: string, room: string): string {
  return [
    '<script type="module">',
    `  import { Roomcast } from ${scriptString(`${origin}/client.js`)};`,
    `  const client = new Roomcast(${scriptString(origin)});`,
    `  const bridge = client.joinBridge(${scriptString(room)});`,
    `  bridge.on('message', (data) => console.log(data));`,
    `  bridge.send({ text: 'Hello' });`,
    '</script>',
  ].join('\n');
}

/** A JavaScript string that cannot end the script element it stands in. */
function scriptString(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('<', '\\x3c')}'`;
}
