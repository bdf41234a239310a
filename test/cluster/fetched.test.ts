import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertRejected } from '#test/events.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { ChartServer } from '../chart-server.ts';
import { programFolders } from '../programs.ts';
import { configMaps, Scenario } from './scenario.ts';

const kind = (name: string) => `apiVersion: regatta.dev/v1alpha1\nkind: ${name}\n`;
const template = `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {value: "{{ .Values.value }}"}
`;

/** The syncer fetches remote charts as `regatta compile` does. */
describe('a chart from the network', () => {
  const path = process.env.PATH;
  const cache = process.env.XDG_CACHE_HOME;
  let charts: ChartServer;
  let scenario: Scenario;
  let key = '';
  before(async () => {
    charts = await ChartServer.start();
    scenario = await Scenario.open('--compile', '--cluster', 'member1');
    process.env.PATH = [...programFolders(), path].join(delimiter);
    process.env.XDG_CACHE_HOME = join(scenario.repo.directory, 'cache');
    key = `http://${charts.host}/charts/web:1.0.0`;
  });
  after(async () => {
    process.env.PATH = path;
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
    await scenario?.close();
    await charts?.close();
  });

  const lockOf = (chart: Buffer) =>
    `${kind('Lock')}sources:\n  ${key}: sha256:${hash('sha256', chart)}\n`;
  const applied = async () => (await scenario.member1.get(`${configMaps}/web`))?.data;

  it('rolls a chart out at its locked digest', async () => {
    const spec = `{chart: web, repository: "http://${charts.host}/charts", version: 1.0.0}`;
    await scenario.repo.push({
      'regatta.yaml': `${kind('Fleet')}spec: {network: Allow}\n`,
      'regatta.lock': lockOf(charts.publish('1.0.0', template)),
      'clusters/member1.yaml': clusterNamed('member1'),
      'policies/all.yaml': configMapsTo('member1'),
      'templates/web.yaml': `${kind('HelmRelease')}metadata: {name: web}\nspec: ${spec}\n`,
    });
    const { status, events } = await scenario.once();
    assert.equal(status, 0, JSON.stringify(events));
    assert.deepEqual(await applied(), { value: 'given' });
  });

  it('changes nothing when the registry has another digest than the lock', async () => {
    scenario.repo.pull();
    const next = charts.publish('1.0.0', template.replace('.Values.value }}', '.Values.value }}!'));
    rmSync(join(scenario.repo.directory, 'cache'), { recursive: true });
    await scenario.repo.push({ 'templates/note.yaml': '# nothing\n' });
    const { status, events } = await scenario.once();
    assert.equal(status, 1);
    assertRejected(events, { code: 'build/changed', message: /web:1.0.0, whose digest is/ });
    assert.deepEqual(await applied(), { value: 'given' });

    await scenario.repo.push({ 'regatta.lock': lockOf(next) });
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await applied(), { value: 'given!' });
  });
});
