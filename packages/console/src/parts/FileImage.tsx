import { useEffect, useState } from 'react';
import type { Part } from '../api/a2a.js';
import { visibleName } from '../base/visible-name.js';
import { isReadable, readPart } from '../files/read-part.js';

/** Formats that are pixels only: no scripts, and no references to other servers. */
const PIXELS: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** True for a picture that the page can show itself. */
export function isImage(part: Part): boolean {
  return part.mediaType !== undefined && PIXELS.has(part.mediaType) && isReadable(part);
}

/** A picture from the agent, read with the token of this tab. */
export function FileImage({ part }: { readonly part: Part }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let isGone = false;
    let made: string | undefined;
    const show = async () => {
      const bytes = await readPart(part);
      if (isGone) return;
      made = URL.createObjectURL(new Blob([bytes], { type: part.mediaType ?? '' }));
      setAddress(made);
    };
    // The button below it reports why a file cannot be read.
    show().catch(() => undefined);
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [part]);
  return address === undefined ? null : (
    <img className="part-image" src={address} alt={visibleName(part.filename ?? '')} />
  );
}
