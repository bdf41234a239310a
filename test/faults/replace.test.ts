import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { configMap } from '#test/cluster/objects.ts';
import { Single } from '#test/cluster/single.ts';
import { assertEvent } from '#test/events.ts';
import { until } from '#test/until.ts';
import { claim, core, fixed, inDefault, object, service } from './fixed-objects.ts';

function filesOf(value: 0 | 1): Readonly<Record<string, object>> {
  const entries = Object.entries(fixed).map(([name, { make }]) => [`x/${name}.json`, make(value)]);
  return Object.fromEntries(entries);
}

function withoutAnnotation({ metadata, ...rest }: KubeObject): KubeObject {
  const { annotations: _, ...others } = metadata;
  return { ...rest, metadata: others } as KubeObject;
}

const quota = inDefault({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team' },
  spec: { hard: { 'count/jobs.batch': '1', 'requests.storage': '2Gi' } },
});

function job(image: string): KubeObject {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'c', image }] };
  return inDefault(object('batch/v1', 'Job', 'migrate', { spec: { template: { spec } } }));
}

let single: Single;

describe('K34: objects that cannot be changed in place', () => {
  before(async () => {
    single = await Single.open();
    await single.sync(filesOf(0));
  });
  after(() => single?.close());

  it('K34: fail without the annotation, name it, and stay', async () => {
    const before = await uids();
    const plain = Object.entries(filesOf(1)).map(([path, manifest]) => {
      return [path, withoutAnnotation(manifest as KubeObject)] as const;
    });
    const events = await single.sync(Object.fromEntries(plain), 1);
    const message = /; cannot be changed in place; set regatta\.dev\/replace: "true"$/;
    for (const name of Object.keys(fixed)) {
      const { kind } = fixed[name]?.make(1) ?? { kind: '' };
      const failed = events.filter(
        (event) => event.type === 'object' && event.key.split('/')[1] === kind,
      );
      assertEvent(failed, { type: 'object', result: 'failed', message });
    }
    assert.deepEqual(await uids(), before);
  });

  it('K34: are replaced with the annotation, whatever the API server calls the change', async () => {
    const before = await uids();
    await single.sync(filesOf(1));
    const after = await uids();
    for (const name of Object.keys(fixed)) {
      assert.notEqual(after[name], '', name);
      assert.notEqual(after[name], before[name], name);
    }
    const events = await single.sync({ 'x/note.json': configMap('note', '1') });
    const written = events.filter((event) => event.type === 'object');
    assert.deepEqual(
      written.map((event) => event.type === 'object' && event.key),
      ['/ConfigMap/default/note'],
      'a replaced object needs no further write',
    );
  });

  it('K34: are replaced within a quota that only the old object uses up', async () => {
    const path = '/apis/batch/v1/namespaces/default/jobs/migrate';
    await single.sync({ 'x/quota.json': quota, 'x/job.json': job('pause:1') });
    await until('the quota to count the Job', async () => {
      const live = await single.api.get(`${core}/resourcequotas/team`);
      return /"count\/jobs.batch":"1".*"used":.*"count\/jobs.batch":"1"/.test(
        JSON.stringify(live?.['status']),
      );
    });
    const before = await single.uid(path);
    await single.sync({ 'x/job.json': job('pause:2') });
    assert.match(JSON.stringify((await single.api.get(path))?.spec), /pause:2/);
    assert.notEqual(await single.uid(path), before);
  });

  it('K34: stay when a new object would exceed a quota', async () => {
    const path = `${core}/persistentvolumeclaims/large`;
    await single.sync({ 'x/large.json': claim('large', '1Gi') });
    const before = await single.uid(path);
    const events = await single.sync({ 'x/large.json': claim('large', '3Gi', 'two') }, 1);
    const message = /not replaced, because the API server rejects a new object: .*exceeded quota/;
    assertEvent(events, { type: 'object', result: 'failed', message });
    assert.equal(await single.uid(path), before);
    await single.sync({ 'x/large.json': claim('large', '1Gi') });
  });

  it('K34: stay when a new object needs a port of another object', async () => {
    const path = `${core}/services/fixed`;
    const port = (nodePort: number) => ({ name: `p${nodePort}`, port: nodePort, nodePort });
    await single.sync({
      'x/other.json': service('other', { type: 'NodePort', ports: [port(30124)] }),
    });
    const before = await single.uid(path);
    const ports = [port(30123), port(30124)];
    const spec = { type: 'NodePort', clusterIP: '10.96.0.79', ports };
    const events = await single.sync({ 'x/Service.json': service('fixed', spec) }, 1);
    const message = /Service "fixed" is invalid: .*nodePort: Invalid value: 30124/;
    assertEvent(events, { type: 'object', result: 'failed', message });
    assert.equal(await single.uid(path), before);
    await single.sync({ 'x/Service.json': fixed['Service']?.make(1) });
  });

  it('K34: stay when a newer admission policy rejects a new object', async () => {
    const before = await uids();
    const rule = {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['pods'],
    };
    const admission = 'admissionregistration.k8s.io/v1';
    await single.sync({
      'x/policy.json': object(admission, 'ValidatingAdmissionPolicy', 'no-pods', {
        spec: {
          matchConstraints: { resourceRules: [rule] },
          validations: [
            { expression: "object.metadata.namespace != 'default'", message: 'no pods here' },
          ],
        },
      }),
      'x/bound.json': object(admission, 'ValidatingAdmissionPolicyBinding', 'no-pods', {
        spec: { policyName: 'no-pods', validationActions: ['Deny'] },
      }),
    });
    await until('the policy to be in force', async () => {
      const body = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'probe' },
        spec: { containers: [{ name: 'c', image: 'c:1' }] },
      };
      const tried = single.api.applyAt(`${core}/pods/probe?fieldManager=x&dryRun=All`, body);
      return tried.then(
        () => false,
        (error: unknown) => /no pods here/.test(String(error)),
      );
    });
    const events = await single.sync({ 'x/Pod.json': fixed['Pod']?.make(0) }, 1);
    assertEvent(events, {
      type: 'object',
      result: 'failed',
      message: /not replaced, .*no pods here/,
    });
    assert.equal((await uids())['Pod'], before['Pod']);
  });
});

async function uids(): Promise<Readonly<Record<string, string>>> {
  const read = Object.entries(fixed).map(async ([name, { path }]) => {
    return [name, await single.uid(path)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
