import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelTask } from '../../../api/cancel-task.js';
import { taskQuery } from '../../../api/queries.js';
import { Button } from '../../../base/Button.js';
import { Dialog } from '../../../base/Dialog.js';
import { ErrorNote } from '../../../base/notes.js';
import { text } from '../../../text/text.js';

export interface CancelDialogProps {
  readonly id: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function CancelDialog({ id, open, onClose }: CancelDialogProps) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await cancelTask(id);
      onClose();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: taskQuery(id).queryKey });
  };
  return (
    <Dialog
      open={open}
      title={text('task.cancelTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text('task.keep')}</Button>
          <Button kind="danger" busy={busy} onClick={() => void cancel()}>
            {text('task.cancelNow')}
          </Button>
        </>
      }
    >
      <p>{text('task.cancelHelp')}</p>
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  );
}
