import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { startListening } from '#cli/run/listening.ts';

const loopback = { host: '127.0.0.1', port: 0 };

describe('slow clients of a syncer', () => {
  it('K52: S19: do not reach the probes, and are cut off after their time limit', async () => {
    const states = () => new Map();
    const addresses = { address: loopback, probeAddress: loopback };
    const clusters = { states, former: () => [] };
    const listening = await startListening({
      ...{ ...addresses, ...clusters },
      version: '1',
      pollMs: 1000,
    });
    const { url = '', probeUrl } = listening.urls;
    const { hostname, port } = new URL(url);
    const started = performance.now();
    const sockets = Array.from({ length: 256 }, () => {
      const socket = connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\n'));
      return new Promise((resolve) =>
        socket
          .resume()
          .on('error', () => {})
          .on('close', resolve),
      );
    });
    assert.equal((await fetch(`${probeUrl}/healthz`)).status, 200);
    await Promise.all(sockets);
    // The time limit is 5 s. Node checks it every 30 s by default.
    assert.ok(performance.now() - started < 20_000);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    await listening.close();
  });
});
