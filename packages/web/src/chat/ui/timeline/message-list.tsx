import type { ReadonlySignal } from '@preact/signals';
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { Range } from '@tanstack/virtual-core';
import type { TargetedEvent, TargetedKeyboardEvent } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { countsToTwelve, dayName } from '../../../shared/times.ts';
import { useElementId } from '../../../shared/use-id.ts';
import type { ActiveRoom } from '../../model/chat-model.ts';
import { restoreFocus } from '../parts/focus.ts';
import { JumpButton } from './jump-button.tsx';
import { ListMotion } from './list-motion.ts';
import { EmptyTimeline, ListEdge } from './list-notes.tsx';
import type { MessageActions } from './message-row.tsx';
import { onResize } from './on-resize.ts';
import { PageControls } from './page-controls.tsx';
import { placesOf } from './places.ts';
import { rowForKey } from './row-keys.ts';
import { estimateRow } from './row-size.ts';
import { rowsOf } from './rows.ts';
import { TimelineRow } from './timeline-row.tsx';
import { useVirtualizer } from './use-virtualizer.ts';
import { rowsToDraw } from './visible-rows.ts';

interface MessageListProps {
  readonly room: ActiveRoom;
  readonly me: string | null;
  readonly now: ReadonlySignal<Date>;
}

/** Rows drawn beyond either edge of what is seen. */
const OVERSCAN = 12;
/** Milliseconds that a message stays marked after the reader was led to it. */
const MARKED = 2_500;

/** The messages of a room. Of however many, only those about the screen are in the document. */
export function MessageList({ room, me, now }: MessageListProps) {
  const id = useElementId();
  const list = useRef<HTMLDivElement>(null);
  const heads = useMemo(() => new Set<string>(), []);
  const motion = useMemo(() => new ListMotion(room), []);
  const rowsSignal = useComputed(() =>
    rowsOf({
      messages: room.timeline.value.messages,
      hasOlder: room.timeline.value.hasOlder,
      dividerBefore: room.dividerBefore.value,
      heads,
    }),
  );
  const rows = rowsSignal.value;
  const timeline = room.timeline.value;
  const places = useMemo(() => placesOf(timeline), [timeline]);
  /** Key of the message that Tab comes to; the last one as long as none was chosen. */
  const chosen = useSignal<string | null>(null);
  const marked = useSignal<string | null>(null);
  const unfolded = useSignal<ReadonlySet<string>>(new Set());
  const takesFocus = useRef(false);
  /** What had the focus in the list when it was drawn last. */
  const focused = useRef<Element | null>(null);

  const chosenAt = chosen.value === null ? -1 : rows.findIndex((row) => row.key === chosen.value);
  const stopAt = chosenAt >= 0 ? chosenAt : rows.length - 1;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => estimateRow(rows[index], list.current?.clientWidth ?? 700),
    rangeExtractor: useCallback((range: Range) => rowsToDraw(range, stopAt), [stopAt]),
    anchorTo: 'end',
    overscan: OVERSCAN,
  });

  const actions = useMemo<MessageActions>(
    () => ({
      retry: (key) => room.retry(key),
      edit: (key) => leaveMessage(() => room.edit(key)),
      discard: (key) => leaveMessage(() => room.discard(key)),
      unfold: (key) => {
        const next = new Set(unfolded.value);
        if (!next.delete(key)) next.add(key);
        unfolded.value = next;
      },
    }),
    [],
  );

  useLayoutEffect(() => motion.drawn(virtualizer, rows));
  useEffect(() => motion.fetch(virtualizer));
  useLayoutEffect(() => () => motion.leave(virtualizer), []);
  useEffect(() => onResize(list.current, () => motion.drawn(virtualizer, rowsSignal.peek())), []);

  useLayoutEffect(() => {
    if (!takesFocus.current || chosen.value === null) return;
    const element = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(chosen.value)}"]`);
    if (!element) return;
    element.focus({ preventScroll: true });
    takesFocus.current = false;
  });

  useLayoutEffect(() => {
    // The message that had the focus was taken out.
    const isLost = focused.current?.isConnected === false && document.activeElement === document.body;
    if (!isLost) return;
    focused.current = null;
    restoreFocus(null);
  });

  useSignalEffect(() => {
    const key = room.focus.value;
    if (key === null || !rowsSignal.value.some((row) => row.key === key)) return;
    room.focus.value = null;
    chosen.value = key;
    marked.value = key;
    // Where focus was in something that has gone (a drawer), it goes to the message.
    takesFocus.current = document.activeElement === document.body;
    motion.go(virtualizer, { kind: 'row', key, align: 'center' });
    setTimeout(() => {
      if (marked.peek() === key) marked.value = null;
    }, MARKED);
  });

  function press(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || !(target instanceof HTMLElement)) return;
    // The keys of a button or link inside a message are its own.
    if (target !== event.currentTarget && !target.matches('.message')) return;
    const index = rowForKey(event.key, rows, target === event.currentTarget ? rows.length : stopAt);
    const key = index === null ? undefined : rows[index]?.key;
    if (index === null || key === undefined) return;
    event.preventDefault();
    chosen.value = key;
    takesFocus.current = true;
    motion.go(virtualizer, { kind: 'row', key, align: 'sight' });
  }

  function choose({ target }: TargetedEvent<HTMLDivElement, Event>): void {
    const message = target instanceof Element ? target.closest<HTMLElement>('.message') : null;
    if (message) chosen.value = message.dataset['key'] ?? null;
    focused.current = target instanceof Element ? target : null;
  }

  function release(): void {
    motion.release();
  }

  function leaveMessage(act: () => void): void {
    // The button goes with its message.
    act();
    document.querySelector<HTMLElement>('[data-region="composer"] textarea')?.focus();
  }

  async function toLatest(): Promise<void> {
    chosen.value = null;
    // The model tells why it fails; the list stays where it is then.
    await room.jumpToLatest().catch(() => {});
    motion.go(virtualizer, { kind: 'end' });
  }

  const items = virtualizer.getVirtualItems();
  const firstSeen = rows.slice(virtualizer.range?.startIndex ?? 0).find((row) => row.kind !== 'divider');
  const firstTime = firstSeen?.kind === 'day' ? firstSeen.time : firstSeen?.message.time;
  const isEmpty = rows.length === 0;
  return (
    <div class="timeline" data-region="messages">
      <PageControls
        room={room}
        day={firstTime === undefined ? null : dayName(firstTime, now.value)}
        rows={rowsSignal}
        seen={() => ({ first: virtualizer.range?.startIndex ?? 0, last: virtualizer.range?.endIndex ?? 0 })}
        onRow={(key, align) => motion.go(virtualizer, { kind: 'row', key, align })}
      />
      <div class="timeline-frame">
        <div
          ref={list}
          class={countsToTwelve ? 'timeline-list wide-times' : 'timeline-list'}
          data-testid="message-list"
          role="log"
          aria-live="off"
          aria-label="Messages"
          aria-busy={timeline.loading !== null}
          tabIndex={isEmpty ? 0 : -1}
          data-entry={isEmpty ? '' : undefined}
          onScroll={(event) => motion.scrolled(event.currentTarget)}
          onKeyDown={press}
          onFocusIn={choose}
          onWheel={release}
          onTouchMove={release}
          onPointerDown={release}
        >
          {isEmpty && <EmptyTimeline room={room} />}
          <ListEdge timeline={timeline} />
          <div class="timeline-rows" style={{ height: `${virtualizer.getTotalSize()}px` }}>
            {items.map(({ index, key, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  class="timeline-row"
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <TimelineRow
                    row={row}
                    id={id}
                    me={me}
                    now={now}
                    tabStop={index === stopAt}
                    marked={marked.value === key}
                    unfolded={unfolded.value.has(row.key)}
                    places={places}
                    actions={actions}
                  />
                </div>
              );
            })}
          </div>
        </div>
        <JumpButton room={room} onJump={toLatest} />
      </div>
    </div>
  );
}
