import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideFleet } from '#compiler/compile.ts';
import { type BlamedLine, blame } from '#compiler/explain/blame.ts';
import { decisionFor } from '#compiler/explain/file.ts';

const clusters = `
apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: one }
spec: { syncMode: Push }
`;
const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: first
          image: first:1
          args: [a]
        - name: second
          image: second:1
---
apiVersion: v1
kind: Secret
metadata:
  name: door
stringData:
  key: open
  note: |
    sesame
    twice
`;
const placing = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: all }
spec:
  resourceSelectors: [{ apiVersion: apps/v1, kind: Deployment }, { apiVersion: v1, kind: Secret }]
  preserveResourcesOnDeletion: true
  conflictResolution: Overwrite
`;

/** Lines as `text <- file:line rule`, of one rendered file. */
function blamed(overriders: string, file = 'deployment.apps_web', lock = ''): readonly string[] {
  const override = `apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: { name: change }
spec:
  resourceSelectors: [{ apiVersion: apps/v1, kind: Deployment }]
  overrideRules:
    - overriders:
${overriders.replaceAll(/^/gm, '        ')}
`;
  const files = new Map([
    ['clusters/c.yaml', clusters],
    ['templates/t.yaml', template],
    ['policies/p.yaml', placing],
    ...(overriders === '' ? [] : [['policies/o.yaml', override] as const]),
    ...(lock === '' ? [] : [['regatta.lock', lock] as const]),
  ]);
  const faults: string[] = [];
  const decisions = decideFleet(
    files,
    new Map(),
    { profile: 'regatta' },
    ({ severity, message }) => {
      if (severity === 'error') faults.push(message);
    },
  );
  assert.deepEqual(faults, []);
  const object = decisionFor(`rendered/one/default/${file}.yaml`, decisions);
  return blame(object, decisions).lines.map(told);
}

function told({ text, origin }: BlamedLine): string {
  const { by, at, rule } = origin;
  const where = at === undefined ? by : `${at.file.split('/').at(-1)}:${at.line}`;
  return `${text.trim()} <- ${where}${rule === undefined ? '' : ` ${rule}`}`;
}

const entry = (kind: string, index: number) => `overrideRules[0].overriders.${kind}[${index}]`;

describe('blame', () => {
  const cases: readonly {
    readonly name: string;
    readonly overriders: string;
    readonly want: readonly string[];
  }[] = [
    {
      name: 'knows containers again behind one that an override put before them',
      overriders: `plaintext:
  - { path: /spec/template/spec/containers/0, operator: add, value: { name: side, image: s:1 } }
  - { path: /spec/template/spec/containers/2/image, operator: replace, value: s:2 }`,
      want: [
        `- image: s:1 <- o.yaml:9 ${entry('plaintext', 0)}`,
        `name: side <- o.yaml:9 ${entry('plaintext', 0)}`,
        '- args: <- t.yaml:13',
        'name: first <- t.yaml:11',
        `- image: s:2 <- o.yaml:10 ${entry('plaintext', 1)}`,
        'name: second <- t.yaml:14',
      ],
    },
    {
      name: 'knows a container again when the one before it was removed',
      overriders: 'plaintext: [{ path: /spec/template/spec/containers/0, operator: remove }]',
      want: ['- image: second:1 <- t.yaml:15', 'name: second <- t.yaml:14'],
    },
    {
      name: 'names the last that set a value, though it was that already',
      overriders: `labelsOverrider:
  - { operator: replace, value: { app: shop } }
  - { operator: replace, value: { app: shop } }`,
      want: [`app: shop <- o.yaml:10 ${entry('labelsOverrider', 1)}`, 'labels: <- t.yaml:5'],
    },
    {
      name: 'names who put the first thing into a list that was not there',
      overriders: `commandOverrider: [{ containerName: second, operator: add, value: [run] }]
argsOverrider: [{ containerName: first, operator: add, value: [b] }]`,
      want: [
        `- command: <- o.yaml:8 ${entry('commandOverrider', 0)}`,
        `- run <- o.yaml:8 ${entry('commandOverrider', 0)}`,
        `- b <- o.yaml:9 ${entry('argsOverrider', 0)}`,
      ],
    },
    {
      name: 'tells what compile writes for the policy, and by itself',
      overriders: '',
      want: [
        'work.karmada.io/conflict-resolution: overwrite <- p.yaml:7 conflictResolution',
        'regatta.dev/preserve-on-deletion: "true" <- p.yaml:6 preserveResourcesOnDeletion',
        'namespace: default <- compile',
        'replicas: 2 <- t.yaml:7',
      ],
    },
  ];
  for (const { name, overriders, want } of cases) {
    it(name, () => {
      const got = blamed(overriders);
      for (const line of want) assert.ok(got.includes(line), `no "${line}" in\n${got.join('\n')}`);
    });
  }

  it('tells of locked digests', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const lock = `apiVersion: regatta.dev/v1alpha1\nkind: Lock\nimages:\n  other:2: ${digest}\n  docker.io/library/first:1: ${digest}\n`;
    const got = blamed('', undefined, lock);
    assert.ok(got.includes(`image: first:1@${digest} <- regatta.lock:5`), got.join('\n'));
  });

  it('shows no value of a Secret', () => {
    const got = blamed('', 'secret_door');
    assert.deepEqual(
      got.filter((line) => /open|sesame|twice/.test(line)),
      [],
    );
    assert.ok(got.includes('key: (hidden) <- t.yaml:22'));
    assert.ok(got.includes('note: (hidden) <- t.yaml:23'));
    assert.ok(got.includes('(hidden) <- t.yaml:23'));
  });

  it('finds the object of a file that is called as an override says', () => {
    const rename = 'plaintext: [{ path: /metadata/name, operator: replace, value: shop }]';
    const got = blamed(rename, 'deployment.apps_shop');
    assert.ok(got.includes(`name: shop <- o.yaml:8 ${entry('plaintext', 0)}`), got.join('\n'));
    assert.throws(() => blamed(rename), /compile does not write/);
  });
});
