import { lazy, memo, Suspense, useMemo } from 'react';
import { loadPart } from '../live/load-part.js';
import { splitBlocks } from './markdown/split-blocks.js';

const load = () => import('./markdown/MarkdownBlock.js');
const Block = lazy(() => loadPart(load));

/** Loads the reader of Markdown before the first text is there. */
export function preloadMarkdown(): void {
  load().catch(() => undefined);
}

/**
 * An agent's text as Markdown: HTML in it is shown as text, links are limited to web and mail addresses, and pictures become links. A text that
 * grows draws only its last block again.
 */
export const Markdown = memo(function Markdown({ source }: { readonly source: string }) {
  const blocks = useMemo(() => splitBlocks(source), [source]);
  return (
    <div className="markdown">
      <Suspense fallback={<p className="markdown-plain">{source}</p>}>
        {blocks.map((block, index) => (
          <Block key={index} source={block} />
        ))}
      </Suspense>
    </div>
  );
});
