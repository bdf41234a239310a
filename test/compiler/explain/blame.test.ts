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

/** Returns the lines of one rendered file as `text <- file:line rule`. */
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
  return blame(object, decisions).lines.map(format);
}

function format({ text, origin }: BlamedLine): string {
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
      name: 'recognises containers after an override inserts one before them',
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
      name: 'recognises a container after an override removes the one before it',
      overriders: 'plaintext: [{ path: /spec/template/spec/containers/0, operator: remove }]',
      want: ['- image: second:1 <- t.yaml:15', 'name: second <- t.yaml:14'],
    },
    {
      name: 'names the last overrider that set a value, even to the same value',
      overriders: `labelsOverrider:
  - { operator: replace, value: { app: shop } }
  - { operator: replace, value: { app: shop } }`,
      want: [`app: shop <- o.yaml:10 ${entry('labelsOverrider', 1)}`, 'labels: <- t.yaml:5'],
    },
    {
      name: 'names the overrider that created a list',
      overriders: `commandOverrider: [{ containerName: second, operator: add, value: [run] }]
argsOverrider: [{ containerName: first, operator: add, value: [b] }]`,
      want: [
        `- command: <- o.yaml:8 ${entry('commandOverrider', 0)}`,
        `- run <- o.yaml:8 ${entry('commandOverrider', 0)}`,
        `- b <- o.yaml:9 ${entry('argsOverrider', 0)}`,
      ],
    },
    {
      name: 'names the policy or compile as the origin of generated lines',
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

  it('names regatta.lock as the origin of a digest', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const lock = `apiVersion: regatta.dev/v1alpha1\nkind: Lock\nimages:\n  other:2: ${digest}\n  docker.io/library/first:1: ${digest}\n`;
    const got = blamed('', undefined, lock);
    assert.ok(got.includes(`image: first:1@${digest} <- regatta.lock:5`), got.join('\n'));
  });

  it('hides the values of a Secret', () => {
    const got = blamed('', 'secret_door');
    assert.deepEqual(
      got.filter((line) => /open|sesame|twice/.test(line)),
      [],
    );
    assert.ok(got.includes('key: (hidden) <- t.yaml:22'));
    assert.ok(got.includes('note: (hidden) <- t.yaml:23'));
    assert.ok(got.includes('(hidden) <- t.yaml:23'));
  });

  it('K15: hides annotations of a Secret, and lines whose key looks secret', () => {
    const patch = (path: string, value: string) =>
      `{ path: ${path}, operator: add, value: ${value} }`;
    const secret = blamed('', 'secret_door');
    const conflict = 'work.karmada.io/conflict-resolution: (hidden) <- p.yaml:7 conflictResolution';
    assert.ok(secret.includes(conflict), secret.join('\n'));
    assert.ok(
      secret.some((line) => line.startsWith('name: door')),
      secret.join('\n'),
    );
    const env = patch('/spec/password', '[tulip, tulip]');
    const applied = patch(
      '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
      "'tulip'",
    );
    const deployment = blamed(`plaintext: [${env}, ${applied}]`);
    assert.ok(
      deployment.some((line) => line.startsWith('- (hidden)')),
      deployment.join('\n'),
    );
    assert.deepEqual(
      deployment.filter((line) => line.includes('tulip')),
      [],
    );
  });

  it('finds the object of a file whose name an override sets', () => {
    const rename = 'plaintext: [{ path: /metadata/name, operator: replace, value: shop }]';
    const got = blamed(rename, 'deployment.apps_shop');
    assert.ok(got.includes(`name: shop <- o.yaml:8 ${entry('plaintext', 0)}`), got.join('\n'));
    assert.throws(() => blamed(rename), /compile does not write/);
  });
});
