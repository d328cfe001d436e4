import type { ComponentChildren } from 'preact';
import { useElementId } from '../../../shared/use-id.ts';

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  /** Beside the title. */
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a request under its own heading. */
export function Section({ title, count, tools, children }: SectionProps) {
  const id = useElementId();
  return (
    <section class="part" aria-labelledby={id}>
      <div class="part-head">
        <h3 id={id} class="label">
          {title}
          {count !== undefined && <span class="part-count"> {count.toLocaleString('en')}</span>}
        </h3>
        {tools}
      </div>
      {children}
    </section>
  );
}
