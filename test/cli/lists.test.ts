import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const kinds = ['v1 ConfigMap', 'rbac.authorization.k8s.io/v1 RoleBinding'];
const named = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {k: v}\n`;

/** Lists without items, as people and charts write them. */
const empty = `apiVersion: v1
kind: List
items:
---
apiVersion: v1
kind: List
metadata: {}
items: null
---
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
---
apiVersion: v1
kind: ConfigMapList
metadata: {name: leftover}
items: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBindingList
items:
`;

describe('lists in real files', () => {
  it('street Y5: a list without items gives no object, and what stands beside it is rendered', () => {
    const templates = { 'templates/all.yaml': `${empty}---\n${named('stays')}` };
    const { status, output, rendered } = compileFiles(templates, kinds);
    assert.equal(status, 0, output);
    assert.deepEqual([...rendered.keys()], ['default/configmap_stays.yaml']);
  });

  it('street Y5: a list of a chart without items gives no object', () => {
    const templates = {
      'templates/team/Chart.yaml': 'apiVersion: v2\nname: team\nversion: 0.1.0\n',
      'templates/team/templates/all.yaml': `${empty}---\n${named('stays')}`,
    };
    const { status, output, rendered } = compileFiles(templates, kinds);
    assert.equal(status, 0, output);
    assert.deepEqual([...rendered.keys()], ['default/configmap_stays.yaml']);
  });

  it('street Y5: the items of a typed list and of lists within lists are objects', () => {
    const nested = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMapList
  items:
  - {metadata: {name: a}, data: {k: v}}
- apiVersion: v1
  kind: List
  items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
`;
    const { status, output, rendered } = compileFiles({ 'templates/a.yaml': nested }, kinds);
    assert.equal(status, 0, output);
    assert.deepEqual(
      [...rendered.keys()],
      ['default/configmap_a.yaml', 'default/configmap_b.yaml'],
    );
  });

  it('street Y5: an object whose kind ends with List and which has other fields stays an object', () => {
    const object = 'apiVersion: v1\nkind: AllowList\nspec: {hosts: [a]}\n';
    const { status, output } = compileFiles({ 'templates/a.yaml': object }, kinds);
    assert.equal(status, 1);
    assert.match(output, /templates\/a.yaml:1:1: error parse\/missing-field: .*metadata/);
  });
});
