import { ScrollArea } from '../../base/ScrollArea.js';
import { visibleName } from '../../base/visible-name.js';
import { integer, money } from '../../text/format.js';
import { text } from '../../text/text.js';
import type { NamedSum } from './sums.js';

interface SumTableProps {
  readonly title: string;
  readonly sums: readonly NamedSum[];
}

export function SumTable({ title, sums }: SumTableProps) {
  return (
    <div className="sums">
      <h2>{title}</h2>
      <ScrollArea className="sums-wide" label={title}>
        <table className="sums-table">
          <thead>
            <tr>
              <th scope="col">{text('usage.name')}</th>
              <th scope="col">{text('usage.cost')}</th>
              <th scope="col">{text('usage.input')}</th>
              <th scope="col">{text('usage.cached')}</th>
              <th scope="col">{text('usage.output')}</th>
              <th scope="col">{text('usage.turns')}</th>
            </tr>
          </thead>
          <tbody>
            {sums.map(({ name, costUsd, inputTokens, cachedInputTokens, outputTokens, turns }) => (
              <tr key={name}>
                <th scope="row">{name === '' ? text('usage.unknown') : visibleName(name)}</th>
                <td>{money(costUsd)}</td>
                <td>{integer(inputTokens)}</td>
                <td>{integer(cachedInputTokens)}</td>
                <td>{integer(outputTokens)}</td>
                <td>{integer(turns)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </div>
  );
}
