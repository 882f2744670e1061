import type { ReactNode } from 'react';
import { Icon } from '../../../base/Icon.js';
import { useOpenEntry } from '../open-entries.js';

export interface FoldProps {
  /** Of the entry; what is open stays open while its row is out of sight. */
  readonly name: string;
  readonly summary: ReactNode;
  /** Made only while it is open. */
  readonly children: () => ReactNode;
}

/** A line that opens to more. */
export function Fold({ name, summary, children }: FoldProps) {
  const [isOpen, toggle] = useOpenEntry(name);
  return (
    <div className="fold">
      <button type="button" className="fold-line" aria-expanded={isOpen} onClick={toggle}>
        <Icon name="chevron" />
        {summary}
      </button>
      {isOpen && <div className="fold-body">{children()}</div>}
    </div>
  );
}
