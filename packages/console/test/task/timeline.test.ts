import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/api/a2a.js';
import type { TaskEvent } from '../../src/api/types.js';
import type { TimelineEntry } from '../../src/views/task/timeline/items.js';
import { Timeline } from '../../src/views/task/timeline/timeline.js';

const START = Date.parse('2026-11-29T10:00:00.000Z');

/** Numbers events and makes their times: one a second. */
class Script {
  readonly timeline = new Timeline();
  #seq = 0;

  status(state: string, metadata: object = {}, message?: object): this {
    const timestamp = new Date(START + this.#seq * 1000).toISOString();
    return this.#add({ statusUpdate: { status: { state: `TASK_STATE_${state}`, timestamp, message }, metadata } });
  }

  engine(event: object): this {
    return this.status('WORKING', { 'molecule.event': event });
  }

  text(text: string, { append = true, reset = false, turn = 1 } = {}): this {
    const metadata = reset ? { 'molecule.reset': true } : {};
    const artifact = { artifactId: `answer-${turn}`, name: 'answer', parts: [{ text }] };
    return this.#add({ artifactUpdate: { artifact, append, metadata } });
  }

  file(artifactId: string): this {
    return this.#add({ artifactUpdate: { artifact: { artifactId, name: 'a.txt', parts: [{ raw: 'YQ==' }] } } });
  }

  #add(event: object): this {
    this.#seq += 1;
    this.timeline.add({ seq: this.#seq, event } as TaskEvent);
    return this;
  }

  /** Kinds with what tells them apart. */
  get shown(): readonly string[] {
    return this.timeline.entries.map(briefOf);
  }
}

function briefOf(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'said':
      return `said ${entry.turn}${entry.after === undefined ? '' : ` after ${entry.after}`}`;
    case 'text':
      return `${entry.isVoid ? 'void' : 'text'} ${entry.source}`;
    case 'thought':
      return `thought ${entry.source}`;
    case 'tool':
      return `tool ${entry.name} ${entry.state}`;
    case 'attempt':
      return `attempt ${entry.attempt}`;
    case 'progress':
    case 'waiting':
      return `${entry.kind} ${entry.text}`;
    case 'artifact':
      return `artifact ${entry.artifact.artifactId}`;
    case 'end':
      return `end ${entry.state.slice(11)}`;
    default:
      return entry.kind;
  }
}

describe('Timeline', () => {
  it('joins deltas to texts and thoughts, between which tools stand', () => {
    const { shown } = new Script()
      .status('WORKING')
      .engine({ type: 'reasoning-delta', text: 'Hm, ' })
      .engine({ type: 'reasoning-delta', text: 'yes.' })
      .text('I lo', { append: false })
      .text('ok.')
      .engine({ type: 'tool-call', id: '1', name: 'search', input: { q: 'x' } })
      .engine({ type: 'tool-result', id: '1', ok: true, output: 'found' })
      .text(' Found.')
      .status('COMPLETED');
    expect(shown).toEqual([
      'said 1',
      'thought Hm, yes.',
      'text I look.',
      'tool search done',
      'text  Found.',
      'end COMPLETED',
    ]);
  });

  it('keeps the order of calls that overlap, with the time of each', () => {
    const { timeline } = new Script()
      .engine({ type: 'tool-call', id: 'a', name: 'slow', input: 1 })
      .engine({ type: 'tool-call', id: 'b', name: 'fast', input: 2 })
      .engine({ type: 'tool-result', id: 'b', ok: false, output: 'no' })
      .engine({ type: 'tool-progress', id: 'a', message: 'half' })
      .engine({ type: 'tool-result', id: 'a', ok: true });
    const tools = timeline.entries.filter((entry) => entry.kind === 'tool');
    expect(tools).toMatchObject([
      { name: 'slow', state: 'done', progress: 'half' },
      { name: 'fast', state: 'failed', output: 'no' },
    ]);
    expect(tools.map(({ at = '', endedAt = '' }) => Date.parse(endedAt) - Date.parse(at))).toEqual([4000, 1000]);
  });

  it('shows a takeover: what ran is interrupted, and the text of the attempt before is void once it is reset', () => {
    const { shown } = new Script()
      .status('WORKING')
      .text('Half an ans', { append: false })
      .engine({ type: 'tool-call', id: '1', name: 'deploy', input: {} })
      .status('WORKING', { 'molecule.attempt': 2 })
      .text('', { append: false, reset: true })
      .text('A whole answer.')
      .status('COMPLETED');
    expect(shown).toEqual([
      'said 1',
      'void Half an ans',
      'tool deploy lost',
      'attempt 2',
      'reset',
      'text A whole answer.',
      'end COMPLETED',
    ]);
  });

  it('replaces a text by another one of the same turn, but not that of an earlier turn', () => {
    const { shown } = new Script()
      .text('One.', { append: false })
      .status('INPUT_REQUIRED', {}, { messageId: 'q1', parts: [{ text: 'Which?' }] })
      .status('SUBMITTED')
      .text('Two, strea', { append: false, turn: 2 })
      .text('Two, whole.', { append: false, reset: true, turn: 2 })
      .status('COMPLETED');
    expect(shown).toEqual([
      'said 1',
      'text One.',
      'question',
      'said 2 after q1',
      'void Two, strea',
      'reset',
      'text Two, whole.',
      'end COMPLETED',
    ]);
  });

  it('shows the words after a long sleep as words, too', () => {
    const metadata = { 'molecule.progress': true, 'molecule.wakesAt': '2026-11-29T12:00:00.000Z' };
    const { shown } = new Script()
      .text('Good night.')
      .status('WORKING', {}, { parts: [{ text: 'Goes on at noon' }], metadata })
      .text('Good morning.', { append: false, turn: 2 })
      .status('COMPLETED');
    expect(shown.filter((entry) => /^(text|void|artifact|said)/.test(entry))).toEqual([
      'said 1',
      'text Good night.',
      'text Good morning.',
    ]);
  });

  it('lets a line of progress take the place of the line before it', () => {
    const progress = (text: string) => ({
      messageId: text,
      parts: [{ text }],
      metadata: { 'molecule.progress': true },
    });
    const { shown } = new Script()
      .status('WORKING', {}, progress('1 of 3'))
      .status('WORKING', {}, progress('2 of 3'))
      .engine({ type: 'waiting', reason: 'a free process' })
      .status('WORKING', {}, progress('3 of 3'));
    expect(shown).toEqual(['said 1', 'progress 2 of 3', 'waiting a free process', 'progress 3 of 3']);
  });

  it('has the usage, the reason and the time of the turn at its end', () => {
    const usage = { inputTokens: 10, outputTokens: 2 };
    const { timeline } = new Script()
      .status('WORKING')
      .status('WORKING', { 'molecule.usage': usage })
      .status('FAILED', { 'molecule.code': 'ENGINE_AUTH' }, { messageId: 'e', parts: [{ text: 'No key.' }] });
    expect(timeline.entries.at(-1)).toMatchObject({
      kind: 'end',
      failure: { code: 'ENGINE_AUTH', message: 'No key.' },
      usage,
      durationMs: 2000,
    });
  });

  it('cuts a long text into blocks that stay the same objects while it grows', () => {
    const script = new Script();
    const paragraph = `${'word '.repeat(60)}\n\n`;
    for (let index = 0; index < 40; index += 1) script.text(paragraph, { append: index > 0 });
    const before = [...script.timeline.entries];
    script.text('The end.');
    const after = script.timeline.entries;
    expect(before.length).toBeGreaterThan(4);
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
    expect(after.slice(0, -1).every((entry, index) => entry === before[index])).toBe(true);
    const source = after.map((entry) => (entry.kind === 'text' ? entry.source : '')).join('');
    expect(source).toBe(`${paragraph.repeat(40)}The end.`);
  });

  it('adds the results of a task whose deltas were deleted before the end of their turn, once', () => {
    const { timeline } = new Script()
      .status('WORKING')
      .status('INPUT_REQUIRED', {}, { messageId: 'q', parts: [] })
      .status('SUBMITTED')
      .file('file-2-1')
      .status('COMPLETED');
    const known = ['answer-1', 'answer-2', 'file-2-1'].map((artifactId) => ({ artifactId, parts: [{ text: 'x' }] }));
    expect(timeline.addKnown(known)).toBe(true);
    expect(timeline.addKnown(known)).toBe(false);
    expect(timeline.entries.map(briefOf)).toEqual([
      'said 1',
      'artifact answer-1',
      'question',
      'said 2 after q',
      'artifact file-2-1',
      'artifact answer-2',
      'end COMPLETED',
    ]);
  });

  it('shows what a task itself tells if none of its events is stored', () => {
    const said = (messageId: string, role: string) => ({ messageId, role, parts: [{ text: messageId }] });
    const timeline = Timeline.ofTask({
      id: 't',
      contextId: 'c',
      status: { state: 'TASK_STATE_FAILED', message: { messageId: 'e', role: 'ROLE_AGENT', parts: [{ text: 'No.' }] } },
      history: [said('u1', 'ROLE_USER'), said('q1', 'ROLE_AGENT'), said('u2', 'ROLE_USER'), said('u3', 'ROLE_USER')],
      artifacts: ['answer-1', 'file-2-1'].map((artifactId) => ({ artifactId, parts: [] })),
      metadata: { 'molecule.code': 'ENGINE_AUTH' },
    } as Task);
    expect(timeline.entries.map(briefOf)).toEqual([
      'said 1',
      'artifact answer-1',
      'question',
      'said 2 after q1',
      'artifact file-2-1',
      'end FAILED',
    ]);
    expect(timeline.entries.at(-1)).toMatchObject({ failure: { code: 'ENGINE_AUTH', message: 'No.' } });
  });

  it('shows events of an engine that it does not know', () => {
    const { timeline } = new Script().engine({ type: 'new-thing', value: 3 });
    expect(timeline.entries.at(-1)).toMatchObject({ kind: 'other', name: 'new-thing', value: { value: 3 } });
  });
});
