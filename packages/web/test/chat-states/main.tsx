/**
 * The chat page over a model that is driven by hand, to look at every state and to measure the list:
 * `/test/chat-states/?state=NAME` under `vite packages/web`. Never part of the built pages.
 */
import { AccountCorner } from '../../src/chat/ui/account/account-menu.tsx';
import { ChatApp } from '../../src/chat/ui/chat-app.tsx';
import { mount, mountChrome } from '../../src/shared/mount.tsx';
import { ScriptedModel } from './scripted-model.ts';
import { STATES } from './states.ts';

const model = new ScriptedModel();
const state = new URLSearchParams(location.search).get('state') ?? 'many';
STATES[state]?.(model);
Object.assign(window, { model });

mountChrome();
mount('account', <AccountCorner model={model} />);
mount('chat', <ChatApp model={model} />);
