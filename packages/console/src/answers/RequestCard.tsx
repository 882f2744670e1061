import type { QuestionRequest } from '../api/types.js';
import { Icon } from '../base/Icon.js';
import { Markdown } from '../base/Markdown.js';
import { ErrorNote } from '../base/notes.js';
import { text } from '../text/text.js';
import { AuthAnswer } from './AuthAnswer.js';
import { ButtonsAnswer } from './ButtonsAnswer.js';
import { Expiry } from './Expiry.js';
import { FormAnswer } from './form/FormAnswer.js';
import type { Asking } from './send-answer.js';
import { TextAnswer } from './TextAnswer.js';
import { ToolCall } from './ToolCall.js';
import { type OnOutcome, useAnswer } from './use-answer.js';
import type { WayProps } from './way-props.js';
import './answers.css';

interface RequestCardProps {
  readonly task: Asking;
  readonly request: QuestionRequest;
  readonly onOutcome?: OnOutcome;
}

/** One request of a question, with the ways to answer it. */
export function RequestCard({ task, request, onOutcome }: RequestCardProps) {
  const answering = useAnswer(task, onOutcome);
  return (
    <div className="request">
      <div className="request-head">
        <Icon name="question" />
        <span>{text(kindOf(request))}</span>
        {request.expiresAt !== undefined && <Expiry at={request.expiresAt} />}
      </div>
      {request.prompt !== '' && <Markdown source={request.prompt} />}
      {request.tool !== undefined && <ToolCall {...request.tool} />}
      <AnswerWays request={request} answering={answering} />
      {answering.error !== undefined && <ErrorNote error={answering.error} />}
    </div>
  );
}

function AnswerWays(props: WayProps) {
  const { request: kind, schema, choices = [] } = props.request;
  if (kind === 'auth') return <AuthAnswer {...props} />;
  if (schema !== undefined) return <FormAnswer {...props} schema={schema} />;
  if (kind === 'approval' || choices.length > 0) return <ButtonsAnswer {...props} />;
  return <TextAnswer {...props} />;
}

function kindOf({ request, schema, choices = [] }: QuestionRequest) {
  if (request === 'approval') return 'answer.kind.approval';
  if (request === 'auth') return 'answer.kind.auth';
  if (schema !== undefined) return 'answer.kind.form';
  return choices.length > 0 ? 'answer.kind.choice' : 'answer.kind.question';
}
