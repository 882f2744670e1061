import { BLOWS as ALL, type Blow, cutOff, endedBy, nothing, TAKEOVER_MS } from '../replicas/blows.ts';
import { runReplicas } from '../replicas/run-replicas.ts';
import type { SubjectFactory } from '../subjects/subject.ts';
import { type Condition, openHostPair } from './host-pair.ts';

/** What the first replica does not reach any more, or from whom it gets no answer. No process gets an error: packets are lost. */
const CUTS: readonly Blow[] = [
  cutOff('no database', true, ['database']),
  cutOff('no Temporal', false, ['temporal']),
  cutOff('neither', true, ['database', 'temporal']),
  cutOff('what it sends is lost', true, ['database', 'temporal'], 'requests'),
  cutOff('what it is sent is lost', true, ['database', 'temporal'], 'answers'),
];
/** A stop that no server hears of. */
const stoppedAlone: Blow = {
  ...endedBy('SIGTERM'),
  name: 'neither, SIGTERM',
  takeoverMs: TAKEOVER_MS,
  strike: async ({ network, first }) => {
    await network.cut(['database', 'temporal']);
    await first.stop('SIGTERM');
  },
  heal: ({ network }) => network.mend(),
};
const withName = (name: string) => ALL.filter((blow) => blow.name === name);
const PLAIN: readonly Blow[] = [...CUTS, ...withName('SIGSTOP, SIGCONT'), stoppedAlone];
const OTHERS: readonly Blow[] = [nothing, ...withName('SIGKILL'), ...CUTS.filter(({ name }) => name === 'neither')];

const CONDITIONS: readonly (readonly [Condition, readonly Blow[]])[] = [
  [{ name: '' }, PLAIN],
  [{ name: ', far away', isFar: true }, OTHERS],
  [{ name: ', 5 minutes ahead', skewSeconds: 300 }, OTHERS],
  [{ name: ', 5 minutes behind', skewSeconds: -300 }, OTHERS],
];

/** Plays the moments on replicas that are hosts of their own. Returns the exit code. */
export function runHosts(subjects: Readonly<Record<string, SubjectFactory>>, only: readonly string[]): Promise<number> {
  const series = Object.entries(subjects).flatMap(([engine, subject]) =>
    CONDITIONS.map(([condition, blows]) => ({
      name: `${engine}${condition.name}`,
      blows,
      open: () => openHostPair(subject, condition),
    })),
  );
  return runReplicas(series, only);
}
