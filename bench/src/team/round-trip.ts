import { sendMessage } from '../client.ts';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';

const ROUNDS = 25;
const AIM_RATIO = 1.3;
const AIM_MS = 50;

/** A task sent directly to a member, and the same task delegated by a coordinator: three processes, real sockets. */
export async function roundTrip(): Promise<Finding[]> {
  await using member = await startServer({ name: 'molecule' });
  const config = `sub_workspaces: [{ name: member, url: '${member.url}' }]\n`;
  await using lead = await startServer({ name: 'molecule', environment: { BENCH_CONFIG: config } });
  const findings: Finding[] = [];
  for (const workMs of [0, 100, 1_000]) {
    const task = `wait ${workMs}`;
    const sample: { direct: number[]; delegated: number[] } = { direct: [], delegated: [] };
    for (let index = 0; index < 3; index++) await delegated(lead.url, task, `warm ${index}`);
    // Alternating, so that both run under the same conditions.
    for (let index = 0; index < ROUNDS; index++) {
      sample.direct.push(await timed(() => sendMessage(member.url, task)));
      sample.delegated.push(await timed(() => delegated(lead.url, task, `round ${index}`)));
    }
    const [direct, handed] = [median(sample.direct), median(sample.delegated)];
    findings.push({
      what: `a delegated task of ${workMs} ms`,
      ours: `${round(handed, 1)} ms`,
      theirs: `${round(direct, 1)} ms (asked directly)`,
      ratio: handed / direct,
      aim: `at most ${AIM_RATIO} times and ${AIM_MS} ms: ${round(AIM_RATIO * direct + AIM_MS, 0)} ms`,
      met: handed <= AIM_RATIO * direct + AIM_MS,
    });
  }
  return findings;
}

/** Each task has a different text, because the same text to the same peer by one task would be one delegation. */
function delegated(url: string, task: string, word: string): Promise<string> {
  return sendMessage(url, `delegate ${task} ${word}`);
}

async function timed(run: () => Promise<string>): Promise<number> {
  const begun = performance.now();
  const answer = await run();
  if (!answer.includes('waited')) throw new Error(`The member did not answer: ${answer.slice(0, 500)}`);
  return performance.now() - begun;
}
