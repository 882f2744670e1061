import { Button } from '../../base/Button.js';
import { text } from '../../text/text.js';
import type { Measure } from './sums.js';
import { lastDays, type Range, type UsageSearch } from './usage-search.js';

interface RangeControlsProps {
  readonly range: Range;
  readonly measure: Measure;
  /** Absent: the viewer sees only its own usage. Empty: its own. */
  readonly owner: string | undefined;
  readonly onChange: (search: UsageSearch) => void;
}

const PRESETS = [7, 30, 90] as const;
const MEASURES = ['cost', 'tokens', 'turns'] as const satisfies readonly Measure[];

export function RangeControls({ range, measure, owner, onChange }: RangeControlsProps) {
  return (
    <div className="usage-controls">
      <fieldset className="usage-group">
        <legend className="unseen">{text('usage.range')}</legend>
        {PRESETS.map((days) => {
          const preset = lastDays(days);
          const isChosen = preset.from === range.from && preset.to === range.to;
          return (
            <Button key={days} aria-pressed={isChosen} onClick={() => onChange(preset)}>
              {text('usage.days', { count: days })}
            </Button>
          );
        })}
      </fieldset>
      <label className="usage-field">
        {text('usage.from')}
        <input
          type="date"
          value={range.from}
          max={range.to}
          onChange={({ target }) => target.value !== '' && onChange({ from: target.value, to: range.to })}
        />
      </label>
      <label className="usage-field">
        {text('usage.to')}
        <input
          type="date"
          value={range.to}
          min={range.from}
          onChange={({ target }) => target.value !== '' && onChange({ from: range.from, to: target.value })}
        />
      </label>
      <label className="usage-field">
        {text('usage.measure')}
        <select value={measure} onChange={({ target }) => onChange({ measure: target.value as Measure })}>
          {MEASURES.map((one) => (
            <option key={one} value={one}>
              {text(`usage.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {owner !== undefined && (
        <label className="usage-field">
          {text('usage.owner')}
          <select value={owner === '*' ? '*' : ''} onChange={({ target }) => onChange({ owner: target.value })}>
            <option value="">{text('usage.own')}</option>
            <option value="*">{text('usage.allOwners')}</option>
          </select>
        </label>
      )}
    </div>
  );
}
