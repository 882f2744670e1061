import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTls } from '../../../src/serving/http/connections/tls.js';
import { hasOpenssl, makeAuthority, type TestAuthority } from '../../support/certificates.js';
import { ManualClock } from '../../support/manual-clock.js';
import { recordingLogger } from '../../support/recording-logger.js';

describe.skipIf(!hasOpenssl)('renewed certificates', () => {
  let directory: string;
  let authority: TestAuthority;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'molecule-renewed-'));
    authority = await makeAuthority();
  });
  afterEach(async () => {
    await authority[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  it('are read once for all servers and used within a minute, and damaged ones are not', async () => {
    const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    const use = async (name: string) => {
      const { certFile, keyFile } = await authority.issue(`/CN=${name}`, ['IP:127.0.0.1'], 'serverAuth');
      await copyFile(certFile, files.cert);
      await copyFile(keyFile, files.key);
    };
    await use('first');
    const clock = new ManualClock();
    const { logger, lines } = recordingLogger();
    const tls = openTls(files, logger, clock);
    const server = await tls.createServer({}, (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = createServer(tls.options, (socket) => socket.end());
    tls.watch(other);
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const ports = [server, other].map((each) => (each.address() as AddressInfo).port);
    const shown = () => Promise.all(ports.map((port) => nameShown(port, authority.cert)));
    expect(await shown()).toEqual(['first', 'first']);
    await use('second');
    expect(await shown()).toEqual(['first', 'first']);
    await clock.pass(60_000);
    expect(await shown()).toEqual(['second', 'second']);
    await writeFile(files.cert, 'damaged');
    await clock.pass(60_000);
    expect(await shown()).toEqual(['second', 'second']);
    expect(lines.map(({ level }) => level)).toEqual(['info', 'error']);
    tls.stop();
    for (const each of [server, other]) await new Promise((resolve) => each.close(resolve));
  });
});

/** The name in the certificate that the server shows. */
function nameShown(port: number, ca: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
