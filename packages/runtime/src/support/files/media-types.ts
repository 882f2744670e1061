import { extname } from 'node:path';

/** A file without a name gets the first extension of its type. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webp': 'image/webp',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.zip': 'application/zip',
};

/** The media type for a file name; `application/octet-stream` for an unknown extension. */
export function mediaTypeOf(name: string): string {
  return MEDIA_TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
}

/** The extension of a media type, with its dot; empty for an unknown type. */
export function extensionOf(mediaType: string | undefined): string {
  const wanted = mediaType?.split(';')[0]?.trim().toLowerCase();
  return Object.entries(MEDIA_TYPES).find(([, type]) => type === wanted)?.[0] ?? '';
}
