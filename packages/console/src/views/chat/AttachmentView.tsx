import { Markdown } from '../../base/Markdown.js';
import { visibleName } from '../../base/visible-name.js';
import type { Attachment } from '../../conversation/turn.js';
import { FileChip } from '../../files/FileChip.js';

/** Something that a turn has made besides its answer: a file, a text of its own, or data. */
export function AttachmentView({ attachment: { name, parts } }: { readonly attachment: Attachment }) {
  return (
    <div className="attachment">
      {parts.map((part, index) => {
        // The parts of an artifact do not move.
        const key = index;
        if (part.raw !== undefined || part.url !== undefined) return <FileChip key={key} part={part} name={name} />;
        return (
          <details key={key} open>
            <summary>
              <bdi>{visibleName(name)}</bdi>
            </summary>
            {part.text !== undefined && <Markdown source={part.text} />}
            {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
            {part.data !== undefined && (
              <pre className="said-data" tabIndex={0}>
                {JSON.stringify(part.data, null, 2)}
              </pre>
            )}
            {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
          </details>
        );
      })}
    </div>
  );
}
