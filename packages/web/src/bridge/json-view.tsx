import { useSignal } from '@preact/signals';
import { formatJson } from './format-json.ts';
import { jsonTokens } from './json-tokens.ts';

/** Longer values are cut at first: one message of a megabyte must not stop the page. */
const CUT = 1_000;
/** Characters to a line. What a phone has no place for is wrapped, but rather broken where it makes sense. */
const WIDTH = matchMedia('(min-width: 40rem)').matches ? 72 : 38;

/** A JSON value, laid out and coloured. */
export function JsonView({ data }: { readonly data: unknown }) {
  const whole = useSignal(false);
  const json = formatJson(data, WIDTH);
  const shown = whole.value || json.length <= CUT ? json : json.slice(0, CUT);
  return (
    <>
      <pre class="json">
        <code>
          {jsonTokens(shown).map(({ kind, text }, index) =>
            kind === 'plain' ? (
              text
            ) : (
              <span key={index} class={kind}>
                {text}
              </span>
            ),
          )}
        </code>
      </pre>
      {shown !== json && (
        <button type="button" class="button small" onClick={() => (whole.value = true)}>
          Show all {json.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}
