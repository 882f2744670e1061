import { useState } from 'react';
import type { Part } from '../api/a2a.js';
import { Button } from '../base/Button.js';
import { Icon } from '../base/Icon.js';
import { safeLink } from '../base/markdown/safe-link.js';
import { ErrorNote } from '../base/notes.js';
import { visibleName } from '../base/visible-name.js';
import { bytes } from '../text/format.js';
import { text } from '../text/text.js';
import { download } from './download.js';
import { isReadable, readPart, sizeOf } from './read-part.js';
import './files.css';

/** A file by its name, which downloads it. A file that is elsewhere is a link. */
export function FileChip({ part, name }: { readonly part: Part; readonly name?: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const shown = part.filename || name || text('file.unnamed');
  const label = (
    <>
      <Icon name="file" />
      <bdi className="file-name">{visibleName(shown)}</bdi>
      {part.raw !== undefined && <span className="file-size">{bytes(sizeOf(part.raw))}</span>}
    </>
  );
  if (!isReadable(part)) {
    const address = safeLink(part.url);
    if (address === undefined) return <span className="file-chip">{label}</span>;
    return (
      <a className="file-chip" href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
        {label}
        <Icon name="external" />
      </a>
    );
  }
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      download(await readPart(part), shown);
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        className="file-chip"
        busy={busy}
        title={text('file.download', { name: visibleName(shown) })}
        onClick={() => void save()}
      >
        {label}
        <Icon name="download" />
      </Button>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
