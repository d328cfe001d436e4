import { effect } from '@preact/signals';
import { announce } from '../../shared/announcer.tsx';
import type { ChatModel } from '../model/chat-model.ts';
import { spokenChanges, type Trouble } from './notices/spoken.ts';

/**
 * Has screen readers told what the model announces, and what banners and toasts show.
 * @returns ends it
 */
export function announceFor(model: ChatModel): () => void {
  const ends = [announceTrouble(model), announceNews(model)];
  return () => {
    for (const end of ends) end();
  };
}

function announceNews({ announcements }: ChatModel): () => void {
  let told = Number.NEGATIVE_INFINITY;
  return effect(() => {
    for (const { key, text } of announcements.value) {
      if (key <= told) continue;
      told = key;
      announce(text);
    }
  });
}

function announceTrouble({ link, storageAvailable, toasts }: ChatModel): () => void {
  let before: Trouble = { link: 'connected', storageAvailable: true, toasts: [] };
  return effect(() => {
    const { kind } = link.value;
    const now = {
      link: kind === 'connecting' ? before.link : kind,
      storageAvailable: storageAvailable.value,
      toasts: toasts.value,
    };
    for (const words of spokenChanges(before, now)) announce(words);
    before = now;
  });
}
