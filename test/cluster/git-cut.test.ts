import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type GitFault, GitShim } from '#test/git-shim.ts';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { configMaps, configMapsOf, Scenario } from './scenario.ts';
import type { SyncerProcess } from './syncer-process.ts';

const environment = { ...process.env };
const secrets = '/api/v1/namespaces/default/secrets';
/** `hunter2` in base64, as in a Secret. */
const password = 'aHVudGVyMg==';
const names = Array.from({ length: 6 }, (_, i) => `cut-${i}`);

let scenario: Scenario;
let syncer: SyncerProcess;
let shim: GitShim;
let change = 0;

describe('a syncer whose git processes are killed', () => {
  before(async () => {
    scenario = await Scenario.open();
    shim = await GitShim.make(scenario.repo.directory);
    await pushNext();
    // Only the syncer uses this git, because the author's commands must not fail.
    process.env.PATH = shim.path;
    const started = scenario.start();
    process.env.PATH = environment.PATH;
    syncer = await started;
    await expectChange();
    await syncer.event(({ type }) => type === 'synced');
  });
  after(() => scenario?.close());

  const faults: readonly GitFault[] = [
    ...[0, 60, 200, 600, 900, 1300].map((bytes) => fault('cat-file', bytes)),
    ...[0, 70, 300, 500, 1000].map((bytes) => fault('ls-tree', bytes)),
    ...[0, 45, 400].map((bytes) => fault('rev-list', bytes)),
    ...[0, 20, 40].map((bytes) => fault('rev-parse', bytes)),
    ...['fetch', 'merge-base', 'update-ref'].map((command) => fault(command, 0)),
  ];
  for (const { command, bytes } of faults) {
    it(`K58: writes nothing when ${command} is killed at byte ${bytes}, and continues afterwards`, async () => {
      const before = await state();
      await shim.fail(fault(command, bytes));
      await pushNext();
      await shim.commands();
      let runs = 0;
      await until(`two runs of ${command}`, async () => {
        const commands = await shim.commands();
        runs += commands.filter((name) => name === command).length;
        return runs >= 2;
      });
      assert.deepEqual(await state(), before);
      await shim.fail();
      await expectChange();
    });
  }

  it('K58: refuses the directory of a file that cannot be read, and reads it again without a commit', async () => {
    syncer.forgetEvents();
    // The settings of the fleet are smaller, and can be read.
    const fault = { command: 'cat-file', bytes: 300, onlyLarger: true } as const;
    await shim.fail({ ...fault, ending: 128, stderr: 'fatal: bad pack' });
    const commit = await pushNext();
    const event = await syncer.event(({ type }) => type === 'refused');
    const reason =
      'its files cannot be read (fatal: bad pack): the cluster does not change until they can be read';
    assert.deepEqual(event, { ...event, cluster: 'member1', reason });
    await shim.fail();
    await syncer.event((event) => event.type === 'synced' && event.commit === commit);
    await expectChange();
  });

  it('K59: prints nothing of the files that git had read', () => {
    const printed = syncer.describe();
    assert.match(printed, /cannot be read/);
    assert.ok(!printed.includes(password));
    assert.ok(!printed.includes('hunter2'));
  });
});

function fault(command: string, bytes: number): GitFault {
  return { command, bytes, ending: 'KILL' };
}

/** Commits a new value for each ConfigMap, and leaves a Secret unchanged. */
function pushNext(): Promise<string> {
  change++;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'default' },
  };
  const files = names.map(
    (name) => [`${name}.json`, configMap(name, `${change} ${name}`)] as const,
  );
  const all = [...files, ['a-secret.json', { ...secret, data: { password } }] as const];
  const below = all.map(([path, object]) => [`rendered/member1/default/${path}`, object]);
  return scenario.repo.push(Object.fromEntries(below));
}

/** Returns the objects that the syncer may write, with their resourceVersions. */
async function state(): Promise<readonly string[]> {
  const { member1 } = scenario;
  const objects = [...(await member1.list(configMaps)), ...(await member1.list(secrets))];
  return objects.map(({ metadata }) => `${metadata.name} ${String(metadata.resourceVersion)}`);
}

async function expectChange(): Promise<void> {
  await until(`change ${change}`, async () => {
    const maps = await scenario.member1.list(configMaps);
    const right = maps.filter(
      ({ metadata: { name }, data }) =>
        (data as Readonly<Record<string, string>>)?.value === `${change} ${name}`,
    );
    return right.length === names.length;
  });
  assert.deepEqual(await configMapsOf(scenario.member1, 'cut-'), names);
}
