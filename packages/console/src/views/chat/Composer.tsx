import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import type { Part } from '../../api/a2a.js';
import { cancelTask } from '../../api/cancel-task.js';
import { Button } from '../../base/Button.js';
import { Icon } from '../../base/Icon.js';
import { ErrorNote } from '../../base/notes.js';
import { base64Of } from '../../files/read-part.js';
import { text } from '../../text/text.js';
import { ChosenFiles } from './ChosenFiles.js';

interface ComposerProps {
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
  /** The conversation waits for an answer, which the next message is. */
  readonly waiting: boolean;
  /** The id of the task that can be stopped. */
  readonly running: string | undefined;
  readonly onSend: (parts: readonly Part[]) => void;
}

/** The field for the next message. Enter sends it, Shift and Enter begins a line; files come by drop, paste or a button. */
export function Composer({ files, onFiles, waiting, running, onSend }: ComposerProps) {
  const [words, setWords] = useState('');
  const [error, setError] = useState<unknown>();
  const chooser = useRef<HTMLInputElement>(null);
  const id = useId();
  const isEmpty = words.trim() === '' && files.length === 0;

  const send = async () => {
    if (isEmpty) return;
    const said = words.trim();
    const chosen = files;
    setError(undefined);
    try {
      const parts = await Promise.all(chosen.map(partOf));
      setWords('');
      onFiles([]);
      onSend([...(said === '' ? [] : [{ text: said }]), ...parts]);
    } catch (failure) {
      setError(failure);
    }
  };
  const stop = async () => {
    setError(undefined);
    try {
      if (running !== undefined) await cancelTask(running);
    } catch (failure) {
      setError(failure);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    onFiles([...files, ...event.clipboardData.files]);
  };
  const label = text(waiting ? 'chat.answer' : 'chat.message');
  return (
    <form className="composer" onSubmit={submit}>
      {error !== undefined && <ErrorNote error={error} />}
      <ChosenFiles files={files} onFiles={onFiles} />
      <div className="composer-line">
        <label className="unseen" htmlFor={id}>
          {label}
        </label>
        <textarea
          id={id}
          rows={1}
          value={words}
          placeholder={label}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={key}
          onPaste={paste}
        />
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={text('chat.attach')}
          onChange={(event) => {
            onFiles([...files, ...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <Button
          kind="quiet"
          title={text('chat.attach')}
          aria-label={text('chat.attach')}
          icon={<Icon name="file" />}
          onClick={() => chooser.current?.click()}
        />
        {running !== undefined && (
          <Button kind="danger" icon={<Icon name="stop" />} onClick={() => void stop()}>
            {text('chat.stop')}
          </Button>
        )}
        <Button kind="primary" submit disabled={isEmpty} icon={<Icon name="send" />}>
          {text('chat.send')}
        </Button>
      </div>
    </form>
  );
}

async function partOf(file: File): Promise<Part> {
  return {
    raw: await base64Of(file),
    filename: file.name,
    mediaType: file.type === '' ? 'application/octet-stream' : file.type,
  };
}
