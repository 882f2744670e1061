import { integer, money, short } from '../../text/format.js';
import { type TextKey, text } from '../../text/text.js';
import type { Sum } from './sums.js';

/** The sums of the range, as large figures with the exact ones on hover. */
export function Totals({ total }: { readonly total: Sum }) {
  return (
    <dl className="totals">
      <Total name="usage.cost" shown={money(total.costUsd)} exact={`${total.costUsd} USD`} />
      <Total name="usage.input" shown={short(total.inputTokens)} exact={integer(total.inputTokens)} />
      <Total name="usage.cached" shown={short(total.cachedInputTokens)} exact={integer(total.cachedInputTokens)} />
      <Total name="usage.output" shown={short(total.outputTokens)} exact={integer(total.outputTokens)} />
      <Total name="usage.turns" shown={short(total.turns)} exact={integer(total.turns)} />
    </dl>
  );
}

function Total({ name, shown, exact }: { readonly name: TextKey; readonly shown: string; readonly exact: string }) {
  return (
    <div className="total">
      <dt>{text(name)}</dt>
      <dd className="number" title={exact}>
        {shown}
      </dd>
    </div>
  );
}
