import type { Part } from '../../api/a2a.js';
import { FileChip } from '../../files/FileChip.js';

/** The parts of a person's message: its text as it was written, its files, and data as JSON. */
export function MessageParts({ parts }: { readonly parts: readonly Part[] }) {
  const hasText = parts.some(({ text }) => text !== undefined);
  return parts.map((part, index) => {
    const { text, raw, url, data } = part;
    // The parts of a message do not move.
    const key = index;
    if (text !== undefined) {
      return (
        <p className="said-text" key={key}>
          {text}
        </p>
      );
    }
    if (raw !== undefined || url !== undefined) return <FileChip key={key} part={part} />;
    // Beside a text, data says the same for programs.
    if (data === undefined || hasText) return null;
    return (
      <pre className="said-data" key={key}>
        {JSON.stringify(data, null, 2)}
      </pre>
    );
  });
}
