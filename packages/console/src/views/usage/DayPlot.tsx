import { useId, useMemo } from 'react';
import type { UsageRow } from '../../api/types.js';
import { visibleName } from '../../base/visible-name.js';
import { text } from '../../text/text.js';
import { DayBars } from './DayBars.js';
import { DayTable } from './DayTable.js';
import { seriesOf } from './plot-series.js';
import type { Measure } from './sums.js';
import { daysOf, type Range } from './usage-search.js';
import { useWidth } from './use-width.js';

interface DayPlotProps {
  readonly rows: readonly UsageRow[];
  readonly range: Range;
  readonly measure: Measure;
}

/** A bar for each day, divided by model, and the same as a table. */
export function DayPlot({ rows, range: { from, to }, measure }: DayPlotProps) {
  const [place, width] = useWidth();
  const id = useId();
  const days = useMemo(() => daysOf({ from, to }), [from, to]);
  const series = useMemo(() => seriesOf(rows, days, measure, text('usage.others')), [rows, days, measure]);
  return (
    <section className="plot" aria-labelledby={id}>
      <h2 id={id}>{text('usage.byDay', { measure: text(`usage.${measure}`) })}</h2>
      <ul className="plot-legend">
        {series.map(({ name, colour }) => (
          <li key={name}>
            <span className={`plot-mark plot-${colour}`} aria-hidden="true" />
            {name === '' ? text('usage.unknown') : visibleName(name)}
          </li>
        ))}
      </ul>
      <div className="plot-place" ref={place}>
        {width > 0 && <DayBars days={days} series={series} measure={measure} width={width} />}
      </div>
      <details className="plot-table">
        <summary>{text('usage.asTable')}</summary>
        <DayTable days={days} series={series} measure={measure} />
      </details>
    </section>
  );
}
