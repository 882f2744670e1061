import { memo } from 'react';
import { Markdown } from '../../../base/Markdown.js';
import type { TextEntry } from '../timeline/items.js';

/** A piece of the answer. Pieces of one text stand below each other without a sign between them. */
export const TextRow = memo(function TextRow({ entry }: { readonly entry: TextEntry }) {
  return (
    <div className={entry.isVoid ? 'step step-text step-void' : 'step step-text'}>
      <div className="step-content">
        <Markdown source={entry.source} />
      </div>
    </div>
  );
});
