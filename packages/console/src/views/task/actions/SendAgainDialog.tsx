import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import type { Message } from '../../../api/a2a.js';
import { sendMessage } from '../../../api/send-message.js';
import { Button } from '../../../base/Button.js';
import { Dialog } from '../../../base/Dialog.js';
import { ErrorNote } from '../../../base/notes.js';
import { partsToSendAgain } from '../../../files/parts-to-send-again.js';
import { text } from '../../../text/text.js';
import { textOf } from '../timeline/text-of.js';

export interface SendAgainDialogProps {
  readonly message: Message;
  readonly contextId: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Sends the message as a new task of the same context, with another text if the reader changes it, and opens that task. */
export function SendAgainDialog({ message, contextId, open, onClose }: SendAgainDialogProps) {
  const navigate = useNavigate();
  const fieldId = useId();
  const [words, setWords] = useState(textOf(message.parts));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const others = message.parts.filter((part) => part.text === undefined);
  const send = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const parts = [...(words.trim() === '' ? [] : [{ text: words }]), ...(await partsToSendAgain(others))];
      const { id } = await sendMessage({ contextId, parts });
      onClose();
      await navigate({ to: '/tasks/$taskId', params: { taskId: id } });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={open}
      title={text('task.againTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text('task.notNow')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={words.trim() === '' && others.length === 0}
            onClick={() => void send()}
          >
            {text('task.againNow')}
          </Button>
        </>
      }
    >
      <label htmlFor={fieldId}>{text('task.message')}</label>
      <textarea id={fieldId} rows={6} value={words} onChange={(event) => setWords(event.target.value)} />
      {others.length > 0 && <p className="soft">{text('task.filesToo', { count: others.length })}</p>}
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  );
}
