import type { PlacedRequest } from '@roomcast/protocol';
import type { TargetedKeyboardEvent } from 'preact';
import { lazy } from '../../../shared/lazy.tsx';
import { formFields } from '../../lib/form-fields.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { focusRegion } from '../parts/focus.ts';
import { Glyph } from '../parts/glyph.tsx';
import { Method } from '../parts/method.tsx';
import { hasTwoColumns } from '../parts/screen-size.ts';
import { exactTime } from '../parts/times.ts';
import { Actions } from './actions.tsx';
import { Facts } from './facts.tsx';
import { HeaderTable } from './header-table.tsx';
import { PairTable } from './pair-table.tsx';
import { Section } from './section.tsx';

const BodySection = lazy(async () => (await import('../body/body-section.tsx')).BodySection);

interface RequestViewProps {
  readonly model: WebhookModel;
  readonly request: PlacedRequest;
}

/** A request, all of it. */
export function RequestView({ model, request }: RequestViewProps) {
  const query = formFields(request.query);

  function leave(): void {
    model.select(null);
    requestAnimationFrame(() => focusRegion('list'));
  }

  function press(event: TargetedKeyboardEvent<HTMLElement>): void {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (hasTwoColumns.peek()) focusRegion('list');
    else leave();
    event.preventDefault();
  }

  return (
    <article class="request" aria-labelledby="request-title" onKeyDown={press} data-testid="request-view">
      <header class="request-head">
        {!hasTwoColumns.value && (
          <button type="button" class="icon-button" aria-label="Back to the list" onClick={leave}>
            <Glyph name="back" size={18} />
          </button>
        )}
        <div class="request-title">
          <h2 id="request-title" tabIndex={-1} data-entry>
            <Method method={request.method} />
            <span class="request-target">{request.path || '/'}</span>
          </h2>
          <p class="soft">
            <time dateTime={request.timestamp}>{exactTime(request.timestamp)}</time>
          </p>
        </div>
        <Actions model={model} request={request} />
      </header>
      <div class="request-body">
        <div class="request-main">
          {request.truncated && (
            <p class="note warn">
              This body is not complete: it was larger than this server keeps, or the sender broke off. What has come is
              here.
            </p>
          )}
          <Facts request={request} />
          {query.length > 0 && (
            <Section title="Query" count={query.length}>
              <PairTable pairs={query} what="query parameter" />
            </Section>
          )}
          <BodySection model={model} request={request} />
        </div>
        <Section title="Headers" count={request.rawHeaders.length}>
          <HeaderTable headers={request.rawHeaders} />
        </Section>
      </div>
    </article>
  );
}
