import { expect, it } from 'vitest';
import { BootLoss } from '../../../src/tasks/boots.js';
import type { HeldDuty } from '../../../src/tasks/duties.js';
import { recordingLogger } from '../../../src/testing/recording-logger.js';
import { cuttingProxy } from '../../support/postgres/cutting-proxy.js';
import { runSql } from '../../support/postgres/fresh-database.js';
import { postgresPlace } from '../../support/postgres/postgres-place.js';
import { until } from '../../support/until.js';

it('a blocked event loop does not lose the lease', async () => {
  await using place = await postgresPlace();
  const [here, there] = [await place.open(), await place.open()];
  const { id } = here.boots;
  let losses = 0;
  here.boots.onLost?.(() => losses++);
  for (const end = performance.now() + 4_500; performance.now() < end; );
  expect(await there.boots.isAlive(id)).toBe(true);
  expect([here.boots.id, losses]).toEqual([id, 0]);
});

it('a process without its database counts itself as dead before others do, and goes on as another boot', async () => {
  await using place = await postgresPlace();
  await using proxy = await cuttingProxy(place.settings.port);
  const here = await place.open({ port: proxy.port });
  const there = await place.open();
  const { id } = here.boots;
  const lost = Promise.withResolvers<{ readonly regained: Promise<void> }>();
  here.boots.onLost?.((regained) => lost.resolve({ regained }));
  proxy.cutAll();
  const { regained } = await lost.promise;
  expect(await there.boots.isAlive(id)).toBe(true);
  const next = here.boots.id;
  expect(next).not.toBe(id);
  await until('others count it as dead', async () => !(await there.boots.isAlive(id)));
  expect(await there.boots.isAlive(next)).toBe(false);
  proxy.mend();
  await regained;
  expect(await there.boots.isAlive(next)).toBe(true);
  expect(here.boots.id).toBe(next);
  await here[Symbol.asyncDispose]();
  expect(await there.boots.isAlive(next)).toBe(false);
});

it('who asks for the loss of a boot after it was lost is told of it', async () => {
  await using place = await postgresPlace();
  await using proxy = await cuttingProxy(place.settings.port);
  const here = await place.open({ port: proxy.port });
  const { id } = here.boots;
  proxy.cutAll();
  await until('it is lost', () => here.boots.id !== id);
  const loss = new BootLoss(here.boots, () => {});
  expect(loss.isLost).toBe(true);
  proxy.mend();
  await until('it has a boot again', () => !loss.isLost);
});

it('a lease that was lost stays valid for others until its time is over, because its turns are still being stopped', async () => {
  await using place = await postgresPlace();
  await using proxy = await cuttingProxy(place.settings.port);
  const here = await place.open({ port: proxy.port });
  const there = await place.open();
  const { id } = here.boots;
  const lost = Promise.withResolvers<{ readonly regained: Promise<void> }>();
  here.boots.onLost?.((regained) => lost.resolve({ regained }));
  proxy.cutAll();
  const { regained } = await lost.promise;
  await runSql(place.url, `update boots set lease_until = clock_timestamp() + interval '1 minute' where id = '${id}'`);
  proxy.mend();
  await regained;
  expect(await there.boots.isAlive(here.boots.id)).toBe(true);
  expect(await there.boots.isAlive(id)).toBe(true);
});

it('a lease whose row is gone is lost, and its row does not come back', async () => {
  await using place = await postgresPlace();
  const here = await place.open();
  const there = await place.open();
  const { id } = here.boots;
  const lost = Promise.withResolvers<{ readonly regained: Promise<void> }>();
  here.boots.onLost?.((regained) => lost.resolve({ regained }));
  await runSql(place.url, `delete from boots where id = '${id}'`);
  await (await lost.promise).regained;
  expect(await there.boots.isAlive(id)).toBe(false);
  expect(await there.boots.isAlive(here.boots.id)).toBe(true);
});

it('the end of another boot is found without a sweep, and the living ones are counted', async () => {
  await using place = await postgresPlace();
  const here = await place.open({ notify: false });
  const there = await place.open({ notify: false });
  await until('both are counted', async () => (await here.boots.count()) === 2);
  await there[Symbol.asyncDispose]();
  await until('one is counted', async () => (await here.boots.count()) === 1);
});

it('a process without its database stops the work of its duty before another begins it, and does not begin again meanwhile', async () => {
  await using place = await postgresPlace();
  await using proxy = await cuttingProxy(place.settings.port);
  const here = await place.open({ port: proxy.port });
  const there = await place.open();
  const log: string[] = [];
  const work = (name: string) => async (duty: HeldDuty) => {
    log.push(`${name} begins`);
    await new Promise((resolve) => duty.signal.addEventListener('abort', resolve));
    log.push(`${name} ends${duty.isHeld ? ' and still has it' : ''}`);
  };
  const stopHere = here.duties.hold('speak', work('here'), () => {});
  await until('one works', () => log.length === 1);
  const stopThere = there.duties.hold('speak', work('there'), () => {});
  proxy.cutAll();
  await until('the other one works', () => log.length === 3);
  proxy.mend();
  expect(log).toEqual(['here begins', 'here ends', 'there begins']);
  await stopThere();
  await until('the first one works again', () => log.length === 5, 10_000);
  await stopHere();
  expect(log.slice(3)).toEqual(['there ends', 'here begins', 'here ends']);
});

it('a log line of a lease has no password', async () => {
  await using place = await postgresPlace();
  const { logger, lines } = recordingLogger();
  await using proxy = await cuttingProxy(place.settings.port);
  const here = await place.open({ port: proxy.port }, logger);
  const lost = Promise.withResolvers<void>();
  here.boots.onLost?.(() => lost.resolve());
  proxy.cutAll();
  await lost.promise;
  expect(JSON.stringify(lines)).toContain('lost its lease');
  expect(JSON.stringify(lines)).not.toContain(place.settings.password);
  proxy.mend();
});
