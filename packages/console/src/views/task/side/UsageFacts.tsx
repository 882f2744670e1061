import type { Usage } from '../../../api/types.js';
import { integer, money } from '../../../text/format.js';
import { text } from '../../../text/text.js';
import { Fact } from './Fact.js';

/** What a task has used so far, over all turns and attempts. */
export function UsageFacts({ usage }: { readonly usage: Usage | undefined }) {
  if (usage === undefined) return null;
  const { model, costUsd, cachedInputTokens, reasoningTokens } = usage;
  return (
    <>
      {model !== undefined && <Fact name={text('task.model')}>{model}</Fact>}
      <Fact name={text('task.tokensIn')}>
        <span className="number">{integer(usage.inputTokens ?? 0)}</span>
        {cachedInputTokens ? (
          <span className="soft"> {text('task.ofCache', { count: integer(cachedInputTokens) })}</span>
        ) : null}
      </Fact>
      <Fact name={text('task.tokensOut')}>
        <span className="number">{integer(usage.outputTokens ?? 0)}</span>
        {reasoningTokens ? (
          <span className="soft"> {text('task.ofReasoning', { count: integer(reasoningTokens) })}</span>
        ) : null}
      </Fact>
      {costUsd !== undefined && (
        <Fact name={text('tasks.cost')}>
          <span className="number">{money(costUsd)}</span>
        </Fact>
      )}
    </>
  );
}
