import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@molecule/adapters';
import { run } from '../run-program.ts';
import { GuideProcess } from './guide-process.ts';
import { type GuideSection, type GuideStep, type KillMoment, replacePart, showsOutput } from './read-guide.ts';

const KILL = "pkill -9 -f 'molecule start'";
/** A command in the background, and the kill after some seconds. */
const KILLED = /^(.*) & sleep \d+; pkill -9 -f 'molecule start'$/;
/** The last line of the first screen has this. */
const SERVES = ' send http';

/** Does what a guide says, step by step, in the directory of the agent, and compares what is seen with what the guide shows. */
export class GuideReader implements AsyncDisposable {
  readonly directory: string;
  /** Of the author's terminals. `export` adds to it. */
  readonly #environment: NodeJS.ProcessEnv;
  /** The ports of the page, and free ones in their place. */
  readonly #ports: ReadonlyMap<string, string>;
  #agent: GuideProcess | undefined;
  #standIns: GuideProcess | undefined;
  /** The command that was in the background when the agent was killed. */
  #killed: GuideProcess | undefined;
  #output = '';
  #task = '';
  /** How much the stand-ins had printed when the page showed it last. */
  #printed = 0;

  private constructor(directory: string, environment: NodeJS.ProcessEnv, ports: ReadonlyMap<string, string>) {
    this.directory = directory;
    this.#environment = environment;
    this.#ports = ports;
  }

  static async open(directory: string, environment: NodeJS.ProcessEnv): Promise<GuideReader> {
    const [agent, standIns] = [`${await freePort()}`, `${await freePort()}`];
    const ports = new Map([
      ['8000', agent],
      ['4000', standIns],
    ]);
    return new GuideReader(directory, { ...environment, PORT: agent }, ports);
  }

  /** Writes the files and settings of a section without running anything else of it. */
  async prepare({ steps }: GuideSection): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'file') await this.#write(step);
      if (step.kind !== 'commands') continue;
      for (const line of step.lines) {
        if (line.startsWith('echo ')) await this.#run(line);
        else if (line.startsWith('export ')) this.#export(line);
        else if (line === 'node stand-ins.js') await this.#startStandIns(line);
      }
    }
    this.#printed = this.#standIns?.output.length ?? 0;
  }

  /**
   * Does all of a section, except the commands that begin with one of these.
   *
   * @param more options by the command to which they are added: what an author's machine has otherwise
   */
  async follow(
    { steps }: GuideSection,
    skipped: readonly string[] = [],
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'file') await this.#write(step);
      else if (step.kind === 'output') await this.#compare(step);
      else {
        const lines = step.lines.filter((line) => !skipped.some((beginning) => line.startsWith(beginning)));
        for (const line of lines) await this.#type([line, more[line] ?? ''].join(' ').trim(), step.kill);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.#killed, this.#agent, this.#standIns]) await each?.[Symbol.asyncDispose]();
  }

  async #type(line: string, kill: KillMoment | undefined): Promise<void> {
    const [, killed] = KILLED.exec(line) ?? [];
    if (line.startsWith('export ')) this.#export(line);
    else if (line === 'node stand-ins.js') await this.#startStandIns(line);
    else if (line === 'npm run dev') await this.#startAgent(line);
    else if (line === KILL) await this.#kill();
    else if (killed === undefined) await this.#run(line);
    else if (kill) await this.#killDuring(killed, kill);
    else throw new Error(`the page does not say when to kill: ${line}`);
  }

  async #write({ name, text, isPart }: GuideStep & { readonly kind: 'file' }): Promise<void> {
    const path = join(this.directory, name);
    const local = this.#localized(text);
    await writeFile(path, isPart ? replacePart(await readFile(path, 'utf8'), local) : local);
  }

  async #run(line: string): Promise<void> {
    const { output } = await run('sh', ['-c', this.#filled(line)], this.directory, this.#environment);
    this.#see(output);
  }

  #export(line: string): void {
    for (const pair of line.split(' ').slice(1)) {
      const [name = '', value = ''] = pair.split('=');
      this.#environment[name] = this.#localized(value);
    }
  }

  async #startStandIns(line: string): Promise<void> {
    this.#standIns = new GuideProcess(line, this.directory, this.#environment);
    await this.#standIns.prints('ready');
  }

  /** Ctrl+C, and the start. */
  async #startAgent(line: string): Promise<void> {
    await this.#agent?.[Symbol.asyncDispose]();
    this.#agent = new GuideProcess(line, this.directory, this.#environment);
    await this.#agent.prints(SERVES);
    if (!this.#killed) return;
    this.#see(await this.#killed.ended());
    this.#killed = undefined;
  }

  /** Only the agent of this reader, and nothing else that it has started. */
  async #kill(): Promise<void> {
    const agent = this.#agent;
    if (!agent) throw new Error('no agent runs');
    const { code, output } = await run('sh', ['-c', `pkill -9 -g ${agent.group} -f 'molecule start'`], this.directory);
    if (code !== 0) throw new Error(`nothing was killed: ${output}`);
    await agent.ended();
  }

  async #killDuring(line: string, { from, text }: KillMoment): Promise<void> {
    this.#killed = new GuideProcess(this.#filled(line), this.directory, this.#environment);
    if (from === 'command') await this.#killed.prints(text);
    else await this.#standIns?.prints(text, this.#printed);
    await this.#kill();
  }

  async #compare({ of, text }: GuideStep & { readonly kind: 'output' }): Promise<void> {
    const expected = this.#localized(text);
    const isShown = () => showsOutput(of === 'starts' ? `...${expected}...` : expected, this.#seen(of));
    // What a program prints besides its answer may come a moment later.
    if (of === 'stand-ins' && !isShown())
      await this.#standIns?.prints(text.trim().split('\n').at(-1)?.split('...')[0] ?? '', this.#printed);
    if (!isShown())
      throw new Error(
        `the guide shows:\n${expected}\nand what is seen:\n${this.#seen(of)}\nand the log:\n${this.#agent?.output}`,
      );
    if (of === 'stand-ins') this.#printed = this.#standIns?.output.length ?? 0;
  }

  #seen(of: (GuideStep & { readonly kind: 'output' })['of']): string {
    if (of === 'starts') return this.#agent?.output ?? '';
    return of === 'command' ? this.#output : (this.#standIns?.output.slice(this.#printed) ?? '');
  }

  #see(output: string): void {
    this.#output = output;
    this.#task = /^task ([0-9a-f-]{36})/m.exec(output)?.[1] ?? this.#task;
  }

  #filled(line: string): string {
    return this.#localized(line).replaceAll('<id>', this.#task);
  }

  #localized(text: string): string {
    return text.replaceAll(/\b[48]000\b/g, (port) => this.#ports.get(port) ?? port);
  }
}
