import { ScrollArea } from '../../base/ScrollArea.js';
import { visibleName } from '../../base/visible-name.js';
import { text } from '../../text/text.js';
import { dayName, measured } from './measured.js';
import type { Series } from './plot-series.js';
import type { Measure } from './sums.js';

interface DayTableProps {
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly measure: Measure;
}

/** The plot as a table, without the days on which nothing was used. */
export function DayTable({ days, series, measure }: DayTableProps) {
  const used = days.flatMap((day, index) =>
    series.some(({ values }) => (values[index] ?? 0) > 0) ? [[day, index] as const] : [],
  );
  return (
    <ScrollArea className="sums-wide" label={text('usage.asTable')}>
      <table className="sums-table">
        <thead>
          <tr>
            <th scope="col">{text('usage.day')}</th>
            {series.map(({ name }) => (
              <th scope="col" key={name}>
                {name === '' ? text('usage.unknown') : visibleName(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {used.map(([day, index]) => (
            <tr key={day}>
              <th scope="row">{dayName(day)}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{measured(values[index] ?? 0, measure)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
