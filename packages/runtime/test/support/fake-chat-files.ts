import { randomBytes } from 'node:crypto';
import type { Answer } from './fake-delegations.js';

const DIRECTORY = '/workspace/.molecule/chat-uploads';

/** The files of a chat, which the platform keeps in the workspace's container. Source: `chat_files.go`. */
export class FakeChatFiles {
  readonly stored = new Map<string, Buffer>();

  /** Multipart with fields `files`. */
  async upload(contentType: string, bytes: Buffer): Promise<Answer> {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
    const files = [];
    for (const file of form.getAll('files')) {
      if (typeof file === 'string') continue;
      const path = `${DIRECTORY}/${randomBytes(4).toString('hex')}-${file.name}`;
      const content = Buffer.from(await file.arrayBuffer());
      this.stored.set(path, content);
      files.push({ uri: `workspace:${path}`, name: file.name, mimeType: file.type, size: content.length });
    }
    return files.length > 0 ? { status: 200, body: { files } } : { status: 400, body: { error: 'no files' } };
  }

  /** What a workspace that fetches its messages fetches, once. Source: `chat_files.go` uploadPollMode, `/pending-uploads`. */
  readonly pending = new Map<string, Buffer>();

  fetchPending(id: string): Answer {
    const content = this.pending.get(id);
    if (!content) return { status: 404, body: { error: 'pending upload not found' } };
    return { status: 200, body: content, headers: { 'content-type': 'application/octet-stream' } };
  }

  acknowledge(id: string): Answer {
    return this.pending.delete(id) ? { status: 200, body: { acked: true } } : { status: 404, body: {} };
  }

  download(path: string): Answer {
    const content = this.stored.get(path);
    if (!content) return { status: 404, body: { error: 'file not found' } };
    return { status: 200, body: content, headers: { 'content-type': 'application/octet-stream' } };
  }
}
