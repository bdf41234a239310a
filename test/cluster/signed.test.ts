import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertEvent } from '#test/events.ts';
import { startFleet } from '#test/fleet.ts';
import { lacking } from '#test/lacking.ts';
import { sshKey } from '../io/signing.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

let scenario: Scenario;
let sign: () => void;

describe('a syncer that asks for signatures', { skip: lacking('ssh-keygen') }, () => {
  before(async () => {
    const fleet = await startFleet({ members: ['member1', 'member2'] });
    const repo = await FleetRepo.make();
    const key = sshKey(repo.directory, 'ann');
    const keys = join(repo.directory, 'keys.pub');
    await writeFile(keys, key.public);
    sign = () => {
      const config = [...key.config, 'user.name=ann', 'user.email=ann@example.com'];
      const git = (...args: readonly string[]) =>
        execFileSync('git', [...config.flatMap((one) => ['-c', one]), ...args], {
          cwd: join(repo.directory, 'author'),
        });
      git('commit', '--quiet', '--allow-empty', '--message=signed', '--gpg-sign');
      git('push', '--quiet', repo.url, 'main');
    };
    scenario = new Scenario(fleet, repo, ['--verify-keys', keys]);
  });
  after(() => scenario.close());

  it('applies nothing of an unsigned commit, and reports it', async () => {
    const { events } = await scenario.sync({ 'a.yaml': configMap('a', '1') }, 1);
    assertEvent(events, { type: 'source-trouble', reason: / is not trusted: it is not signed/ });
    assert.equal(await scenario.member1.get(`${configMaps}/a`), undefined);
  });

  it('applies the commit once it is signed', async () => {
    sign();
    assert.equal((await scenario.once()).status, 0);
    assert.ok(await scenario.member1.get(`${configMaps}/a`));
  });

  it('keeps the last signed state, regardless of later pushes', async () => {
    await scenario.sync({ 'a.yaml': configMap('a', '2') }, 1);
    const live = await scenario.member1.get(`${configMaps}/a`);
    assert.deepEqual(live?.data, { value: '1' });
  });
});
