import { mount, mountChrome } from '../shared/mount.tsx';
import { createChatModel } from './model/create.ts';
import { AccountCorner } from './ui/account/account-menu.tsx';
import { ChatApp } from './ui/chat-app.tsx';

const model = createChatModel();

mountChrome();
mount('account', <AccountCorner model={model} />);
mount('chat', <ChatApp model={model} />);
