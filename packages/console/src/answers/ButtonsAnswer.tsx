import { useState } from 'react';
import { Button, type ButtonProps } from '../base/Button.js';
import { text } from '../text/text.js';
import { TextAnswer } from './TextAnswer.js';
import type { WayProps } from './way-props.js';

interface Offer {
  readonly key: string;
  readonly label: string;
  readonly kind: NonNullable<ButtonProps['kind']>;
  readonly answer: { readonly choice?: string; readonly approved?: boolean };
}

/** A button for each choice; an approval without choices has two. One click answers. */
export function ButtonsAnswer({ request, answering }: WayProps) {
  const [clicked, setClicked] = useState<string>();
  const { requestId } = request;
  return (
    <div className="answer">
      <div className="answer-buttons">
        {offersOf(request).map(({ key, label, kind, answer }) => (
          <Button
            key={key}
            kind={kind}
            busy={answering.busy && clicked === key}
            disabled={answering.busy}
            onClick={() => {
              setClicked(key);
              answering.send({ requestId, ...answer }, label);
            }}
          >
            {label}
          </Button>
        ))}
      </div>
      <details className="answer-other">
        <summary>{text('answer.other')}</summary>
        <TextAnswer request={request} answering={answering} />
      </details>
    </div>
  );
}

function offersOf({ choices = [] }: WayProps['request']): readonly Offer[] {
  if (choices.length === 0) {
    return [
      { key: 'approve', label: text('answer.approve'), kind: 'primary', answer: { approved: true } },
      { key: 'reject', label: text('answer.reject'), kind: 'danger', answer: { approved: false } },
    ];
  }
  return choices.map(({ id, label, means }) => ({
    key: id,
    label,
    kind: means === 'approve' ? 'primary' : means === 'reject' ? 'danger' : 'plain',
    answer: { choice: id },
  }));
}
