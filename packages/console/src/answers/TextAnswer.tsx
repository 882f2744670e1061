import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { Button } from '../base/Button.js';
import { Icon } from '../base/Icon.js';
import { text } from '../text/text.js';
import type { WayProps } from './way-props.js';

/** An answer in words. Enter sends it, Shift and Enter begins a line. */
export function TextAnswer({ request: { requestId }, answering }: WayProps) {
  const [words, setWords] = useState('');
  const id = useId();
  const send = () => {
    if (words.trim() !== '' && !answering.busy) answering.send({ requestId, text: words.trim() });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="answer answer-text" onSubmit={submit}>
      <label className="unseen" htmlFor={id}>
        {text('answer.text')}
      </label>
      <textarea
        id={id}
        rows={2}
        value={words}
        placeholder={text('answer.text')}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={key}
      />
      <Button kind="primary" submit busy={answering.busy} disabled={words.trim() === ''} icon={<Icon name="send" />}>
        {text('answer.send')}
      </Button>
    </form>
  );
}
