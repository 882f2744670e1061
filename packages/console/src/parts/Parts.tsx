import type { Part } from '../api/a2a.js';
import { Markdown } from '../base/Markdown.js';
import { FileChip } from '../files/FileChip.js';
import { FileImage, isImage } from './FileImage.js';
import './parts.css';

/** The parts of a message or an artifact: text as Markdown, files to download, pictures, data as JSON. */
export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <div className="parts">
      {parts.map((part, index) => {
        // The parts of a message do not move.
        const key = index;
        if (part.text !== undefined) return <Markdown key={key} source={part.text} />;
        if (part.raw !== undefined || part.url !== undefined) {
          return (
            <div key={key} className="part-file">
              {isImage(part) && <FileImage part={part} />}
              <FileChip part={part} />
            </div>
          );
        }
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          <pre key={key} className="part-data" tabIndex={0}>
            {JSON.stringify(part.data, null, 2)}
          </pre>
        );
      })}
    </div>
  );
}
