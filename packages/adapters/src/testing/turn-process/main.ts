import { registerHooks } from 'node:module';
import process from 'node:process';
import type { AgentEngine } from '../../contract/engine.js';
import { testControls } from '../steps/test-controls.js';
import { testStore } from '../store/test-store.js';
import type { TurnOrder, TurnReport } from './turn-process-messages.js';

// Node strips the types of TypeScript sources, but those import each other under the names of the compiled files.
registerHooks({
  resolve(specifier, context, next) {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

let engine: AgentEngine | undefined;

process.once('message', async ({ engine: url, order, turn, store }: TurnOrder) => {
  const module = (await import(url)) as { default(order: TurnOrder['order']): Promise<AgentEngine> | AgentEngine };
  engine = await module.default(order);
  const controls = testControls({
    checkpoint: (checkpoint: (TurnReport & { kind: 'checkpoint' })['checkpoint']) =>
      void report({ kind: 'checkpoint', checkpoint }),
    ...(store !== undefined && { store: testStore(store).forTurn(turn.contextId) }),
  });
  for await (const event of engine.runTurn(turn, controls)) await report({ kind: 'event', event });
  await report({ kind: 'ended' });
});
// The engine lives until the test disconnects, so that it can also be killed after its turn.
process.once('disconnect', () => void engine?.[Symbol.asyncDispose]?.());

function report(report: TurnReport): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(report, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
