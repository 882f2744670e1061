import { useState } from 'react';
import { Button } from '../../../base/Button.js';
import { CopyButton } from '../../../base/CopyButton.js';
import { bytes } from '../../../text/format.js';
import { text } from '../../../text/text.js';

/** Characters that are shown at once; a larger text would stop the page while it is laid out. */
const SHOWN = 20_000;

export interface ValueViewProps {
  readonly label: string;
  readonly value: unknown;
}

/** Any value of the protocol as text: a string as it is, everything else as JSON. */
export function ValueView({ label, value }: ValueViewProps) {
  const [isWhole, setWhole] = useState(false);
  const full = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  const shown = isWhole || full.length <= SHOWN ? full : full.slice(0, SHOWN);
  return (
    <section className="value" aria-label={label}>
      <header className="value-head">
        <span>{label}</span>
        <CopyButton value={full} compact />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className="value-text" tabIndex={0}>
        {shown}
      </pre>
      {shown !== full && (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          {text('task.showWhole', { size: bytes(full.length) })}
        </Button>
      )}
    </section>
  );
}
