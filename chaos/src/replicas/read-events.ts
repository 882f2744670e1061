/** One server-sent event. */
export interface ServerSentEvent {
  readonly id: number | undefined;
  readonly data: string;
}

/** Reads the events of a response; comments are left out. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const [id, data] = [fieldOf(lines, 'id'), fieldOf(lines, 'data')];
      if (data !== undefined) yield { id: id === undefined ? undefined : Number(id), data };
    }
  }
}

function fieldOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
}
