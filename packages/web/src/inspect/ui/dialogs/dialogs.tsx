import type { WebhookModel } from '../../model/webhook-model.ts';
import { closeDialog, type OpenDialog } from '../page-state.ts';
import { ClearDialog, DeleteDialog, RemoveDialog } from './confirm-dialogs.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { ResponseDialog } from './response-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { SignatureDialog } from './signature-dialog.tsx';

interface DialogsProps {
  readonly model: WebhookModel;
  readonly open: OpenDialog;
}

/** The dialog that is open. */
export function Dialogs({ model, open }: DialogsProps) {
  switch (open.kind) {
    case 'replay':
      return <ReplayDialog model={model} request={open.request} onClose={closeDialog} />;
    case 'signature':
      return <SignatureDialog request={open.request} onClose={closeDialog} />;
    case 'remove':
      return <RemoveDialog model={model} request={open.request} onClose={closeDialog} />;
    case 'response':
      return <ResponseDialog model={model} onClose={closeDialog} />;
    case 'settings':
      return <SettingsDialog model={model} onClose={closeDialog} />;
    case 'help':
      return <HelpDialog onClose={closeDialog} />;
    case 'clear':
      return <ClearDialog model={model} onClose={closeDialog} />;
    case 'delete':
      return <DeleteDialog model={model} onClose={closeDialog} />;
  }
}
