import { text } from '../../text/text.js';
import { atLine, dayName, measured } from './measured.js';
import { labelEvery, ticksUpTo } from './plot-scale.js';
import type { Series } from './plot-series.js';
import type { Measure } from './sums.js';

interface DayBarsProps {
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly measure: Measure;
  /** In pixels. */
  readonly width: number;
}

const HEIGHT = 200;
const LEFT = 52;
const BOTTOM = 22;
const TOP = 8;
/** Pixels that the name of a day needs. */
const LABEL = 56;

/** The bars as SVG. Screen readers get one sentence, and the table beside it. */
export function DayBars({ days, series, measure, width }: DayBarsProps) {
  const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const ticks = ticksUpTo(Math.max(...sums));
  const top = ticks.at(-1) ?? 1;
  const inner = width - LEFT;
  const step = inner / days.length;
  const bar = Math.max(1, Math.min(36, step * 0.72));
  const y = (value: number) => TOP + (HEIGHT - TOP) * (1 - value / top);
  const every = labelEvery(days.length, inner, LABEL);
  const summary = text('usage.plot', {
    measure: text(`usage.${measure}`),
    from: dayName(days[0] ?? ''),
    to: dayName(days.at(-1) ?? ''),
    most: measured(Math.max(...sums), measure),
  });
  return (
    <svg className="plot-bars" width={width} height={HEIGHT + BOTTOM} role="img" aria-label={summary}>
      {ticks.map((tick) => (
        <g key={tick} className="plot-tick">
          <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 8} y={y(tick)} dominantBaseline="middle" textAnchor="end">
            {atLine(tick, measure, ticks[1] ?? 1)}
          </text>
        </g>
      ))}
      {days.map((day, index) => {
        const x = LEFT + step * index + (step - bar) / 2;
        return (
          <g key={day} className="plot-day">
            <title>{`${dayName(day)}: ${measured(sums[index] ?? 0, measure)}`}</title>
            <rect className="plot-hover" x={LEFT + step * index} width={step} y={TOP} height={HEIGHT - TOP} />
            {stacked(series, index).map(({ colour, from, to }) => (
              <rect
                key={colour}
                className={`plot-${colour}`}
                x={x}
                width={bar}
                y={y(to)}
                height={Math.max(0, y(from) - y(to))}
              />
            ))}
            {index % every === 0 && (
              <text className="plot-label" x={LEFT + step * (index + 0.5)} y={HEIGHT + 16} textAnchor="middle">
                {dayName(day)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** The pieces of a day's bar from the bottom up. */
function stacked(series: readonly Series[], day: number) {
  let from = 0;
  return series.flatMap(({ colour, values }) => {
    const value = values[day] ?? 0;
    if (value <= 0) return [];
    const piece = { colour, from, to: from + value };
    from += value;
    return [piece];
  });
}
