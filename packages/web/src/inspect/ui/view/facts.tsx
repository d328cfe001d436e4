import type { PlacedRequest } from '@roomcast/protocol';
import { CopyButton } from '../../../shared/copy-button.tsx';
import { formatBytes } from '../parts/bytes.ts';

/** What there is to say about a request besides what it carried. */
export function Facts({ request }: { readonly request: PlacedRequest }) {
  const { url, sourceIp, secure, httpVersion, bodySize, duration, truncated } = request;
  return (
    <div class="facts">
      <p class="facts-url">
        <code data-testid="request-url">{url}</code>
        <CopyButton text={url} what="URL as it was sent" />
      </p>
      <dl class="facts-list">
        <Fact name="From" value={sourceIp} />
        <Fact name="Over" value={secure ? `HTTP/${httpVersion}, TLS` : `HTTP/${httpVersion}, no TLS`} />
        <Fact name="Body" value={truncated ? `${formatBytes(bodySize)} kept` : formatBytes(bodySize)} />
        <Fact name="Took" value={`${duration.toLocaleString('en', { maximumFractionDigits: 1 })} ms`} />
      </dl>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
