interface Artifact {
  readonly artifactId: string;
  readonly parts: readonly { readonly text?: string }[];
}

interface StreamResult {
  readonly task?: { readonly artifacts?: readonly Artifact[] };
  readonly artifactUpdate?: { readonly artifact: Artifact; readonly append?: boolean };
}

/** What a client sees of the answer of a task: its text after each event, until the stream ends or breaks. */
export async function* seenText(url: string, id: string): AsyncGenerator<string> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SubscribeToTask', params: { id } });
  const headers = { 'Content-Type': 'application/json', 'A2A-Version': '1.0', Accept: 'text/event-stream' };
  const response = await fetch(url, { method: 'POST', headers, body });
  let text = '';
  try {
    for await (const { task, artifactUpdate } of resultsOf(response)) {
      const given = task?.artifacts?.find(isAnswer) ?? artifactUpdate?.artifact;
      if (!given || !isAnswer(given)) continue;
      const piece = given.parts.map((part) => part.text ?? '').join('');
      text = artifactUpdate?.append ? text + piece : piece;
      yield text;
    }
  } catch (error) {
    // The process was killed.
    if (!(error instanceof TypeError)) throw error;
  }
}

function isAnswer({ artifactId }: Artifact): boolean {
  return artifactId.startsWith('answer');
}

async function* resultsOf({ body }: Response): AsyncGenerator<StreamResult> {
  let rest = '';
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) yield (JSON.parse(line.slice('data:'.length)) as { result: StreamResult }).result;
    }
  }
}
