import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { hookRoutes } from '#io/http/hooks.ts';
import { type Listener, listen } from '#io/http/server.ts';

const secret = 'a shared secret';
const push = JSON.stringify({ ref: 'refs/heads/main' });

let listener: Listener;
let rings: number;

beforeEach(async () => {
  rings = 0;
  const pushed = () => rings++;
  const routes = hookRoutes({ secret, branch: 'main', pushed });
  listener = await listen({ host: '127.0.0.1', port: 0 }, routes);
});
afterEach(() => listener.close());

function hmac(text: string, key: string | Buffer = secret): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

async function post(path: string, headers: Record<string, string>, body = push): Promise<number> {
  const url = `${listener.url}/hooks/${path}`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return response.status;
}

const github = (body = push, key = secret) => ({
  'x-github-event': 'push',
  'x-hub-signature-256': `sha256=${hmac(body, key).toString('hex')}`,
});

function generic(time: number, body = push): Record<string, string> {
  const signature = `sha256=${hmac(`${time}.${body}`).toString('hex')}`;
  return { 'x-regatta-timestamp': String(time), 'x-regatta-signature': signature };
}

function standard(id: string, time: number): Record<string, string> {
  const signature = hmac(`${id}.${time}.${push}`).toString('base64');
  return {
    'x-gitlab-event': 'Push Hook',
    'webhook-id': id,
    'webhook-timestamp': String(time),
    'webhook-signature': `v1,AAAA v1,${signature}`,
  };
}

const now = () => Math.floor(Date.now() / 1000);

describe('webhooks', () => {
  it('of GitHub trigger a poll for a push of the branch, once', async () => {
    assert.equal(await post('github', github()), 202);
    const again = { ...github(), 'x-github-delivery': 'another' };
    assert.equal(await post('github', again), 409);
    assert.equal(await post('github', { ...github('{}'), 'x-github-event': 'ping' }, '{}'), 200);
    const other = JSON.stringify({ ref: 'refs/heads/other' });
    assert.equal(await post('github', github(other), other), 200);
    assert.equal(rings, 1);
  });

  it('of GitHub are refused when the signature does not match the body', async () => {
    assert.equal(await post('github', github(push, 'another secret')), 401);
    assert.equal(await post('github', github(), `${push} `), 401);
    const { 'x-hub-signature-256': _, ...unsigned } = github();
    assert.equal(await post('github', unsigned), 401);
    assert.equal(rings, 0);
    assert.equal(await post('github', github()), 202, 'a refused delivery is not recorded');
  });

  it('of GitLab trigger a poll with the secret token', async () => {
    const headers = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': '1' };
    assert.equal(await post('gitlab', { ...headers, 'x-gitlab-token': secret }), 202);
    assert.equal(await post('gitlab', { ...headers, 'x-gitlab-token': secret }), 409);
    assert.equal(await post('gitlab', { ...headers, 'x-gitlab-token': 'wrong' }), 401);
    assert.equal(rings, 1);
  });

  it('of GitLab trigger a poll with a signing token, if they are new', async () => {
    assert.equal(await post('gitlab', standard('1', now())), 202);
    assert.equal(await post('gitlab', standard('1', now())), 409);
    assert.equal(await post('gitlab', standard('2', now() - 600)), 401);
    const unsigned = { ...standard('3', now()), 'webhook-signature': '', 'x-gitlab-token': secret };
    assert.equal(
      await post('gitlab', unsigned),
      401,
      'a secret token does not replace a valid signature',
    );
    assert.equal(rings, 1);
  });

  it('K53: S19: of GitLab without an id trigger one poll', async () => {
    const headers = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret };
    assert.equal(await post('gitlab', headers), 202);
    assert.equal(await post('gitlab', headers), 409);
    assert.equal(await post('gitlab', { ...headers, 'x-gitlab-event-uuid': '' }), 409);
    const other = JSON.stringify({ ref: 'refs/heads/main', after: 'b' });
    assert.equal(await post('gitlab', headers, other), 202);
    assert.equal(rings, 2);
  });

  it('K53: S19: need a secret that has a key', () => {
    for (const empty of ['whsec_', 'whsec_=', 'whsec_!']) {
      const options = { secret: empty, branch: 'main', pushed: () => {} };
      assert.throws(() => hookRoutes(options), /the webhook secret has no key/, empty);
    }
  });

  it('of other senders trigger a poll when time and body are signed, if they are new', async () => {
    assert.equal(await post('generic', generic(now())), 202);
    assert.equal(await post('generic', generic(now() - 1), ''), 401);
    assert.equal(await post('generic', generic(now() - 600)), 401);
    assert.equal(await post('generic', generic(now() + 600)), 401);
    const empty = generic(now(), '');
    assert.equal(await post('generic', empty, ''), 202);
    assert.equal(await post('generic', empty, ''), 409);
    assert.equal(rings, 2);
  });

  it('are refused when they are too large or have another method', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1);
    assert.equal(await post('github', github(large), large), 413);
    const response = await fetch(`${listener.url}/hooks/github`);
    assert.equal(response.status, 405);
    assert.equal(rings, 0);
  });

  it('that never end do not delay other deliveries', async () => {
    const { hostname, port } = new URL(listener.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write('POST /hooks/github HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nx');
    assert.equal(await post('github', github()), 202);
    socket.destroy();
  });
});
