import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { foldPath } from '#model/rendered-path.ts';
import { configMap, LinkedFleet } from '../linked-fleet.ts';

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors:
  - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole}
  - {apiVersion: example.com/v1, kind: Gate}
  - {apiVersion: example.com/v1, kind: GATE}
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;
const role = (name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${JSON.stringify(name)}}\nrules: []\n`;
const gate = (kind: string) =>
  `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: {name: a, namespace: default}\n`;

describe('street N2: the files of objects with long and similar names', () => {
  const fleet = new LinkedFleet();
  after(() => fleet.remove());
  beforeEach(() => {
    fleet.reset();
    fleet.write('policies/all.yaml', policy);
  });

  /** Compiles without an error, and returns the names of the files below a folder of member1. */
  async function compiled(folder: string): Promise<readonly string[]> {
    assert.ok((await fleet.compile()).ok);
    return readdirSync(join(fleet.path, 'rendered/member1', folder)).toSorted();
  }

  it('street N2: a name of 253 characters has a file of at most 255 bytes, which later compiles write again', async () => {
    const longest = 'n'.repeat(253);
    const others = [`${longest.slice(1)}m`, 'é'.repeat(126)];
    fleet.write('templates/maps.yaml', configMap(longest, 'one'));
    fleet.write('templates/roles.yaml', others.map(role).join('---\n'));
    const [maps, roles] = [await compiled('default'), await compiled('_cluster')];
    assert.equal(maps.length, 2);
    assert.equal(roles.length, 2);
    for (const file of [...maps, ...roles]) assert.ok(Buffer.byteLength(file) <= 255, file);
    fleet.write('templates/maps.yaml', configMap(longest, 'two'));
    assert.deepEqual(await compiled('default'), maps);
    const [long = ''] = maps.filter((file) => file.includes('nnn'));
    const path = join(fleet.path, 'rendered/member1/default', long);
    assert.match(readFileSync(path, 'utf8'), /value: two/);
  });

  it('street N2: a name that fits has the file of its kind and name', async () => {
    const name = 'n'.repeat(240);
    fleet.write('templates/maps.yaml', configMap(name));
    const files = await compiled('default');
    assert.deepEqual(files, [`configmap_${name}.yaml`, 'configmap_plain.yaml']);
  });

  it('street N2: objects share no file where a file system folds letters or normalizes them', async () => {
    const names = ['Admin', 'admin', 'caf\u00e9', 'cafe\u0301', 'K', '\u212a'];
    fleet.write('templates/roles.yaml', names.map(role).join('---\n'));
    fleet.write('templates/gates.yaml', ['Gate', 'GATE'].map(gate).join('---\n'));
    const [roles, gates] = [await compiled('_cluster'), await compiled('default')];
    assert.equal(new Set(roles.map(foldPath)).size, names.length, roles.join(' '));
    assert.equal(new Set(gates.map(foldPath)).size, 3, gates.join(' '));
    assert.deepEqual(await compiled('_cluster'), roles);
  });
});
