import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lintDirectory } from '#cli/lint/lint.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import { cluster, deployment, describeCases } from './lint-cases.ts';
import '#test/commands/kept-checker.ts';

describeCases('lint of fields and values', [
  {
    name: 'reports no diagnostic for a valid object',
    template: deployment(
      'image: web:1\nports: [{ containerPort: 53 }, { containerPort: 53, protocol: UDP }]\nresources: { limits: { cpu: 1, memory: 1.5Gi } }\nlivenessProbe: { httpGet: { port: http } }',
      '  strategy: {}\n  paused: null\n',
    ),
    want: [],
  },
  {
    name: 'reports an unknown field, and suggests the intended one',
    template: deployment('imagee: web:1'),
    want: [
      'templates/t.yaml:12:11: error validate/unknown-field: Deployment default/web: .spec.template.spec.containers[name="web"].imagee: field not declared in schema',
      '  hint: did you mean image?',
    ],
  },
  {
    name: 'reports values of the wrong type',
    template: deployment('env: [{ name: A, value: 1 }]', '  paused: "no"\n'),
    want: [
      'templates/t.yaml:7:3: error validate/invalid-value: Deployment default/web: .spec.paused: expected boolean, got &{no}',
      'templates/t.yaml:13:28: error validate/invalid-value: Deployment default/web: .spec.template.spec.containers[name="web"].env[name="A"].value: expected string, got 1',
      '  hint: put it in quotes',
    ],
  },
  {
    name: 'reports unsupported values and invalid quantities',
    template: `${deployment('image: web:1\nimagePullPolicy: Allways')}---
apiVersion: v1
kind: ResourceQuota
metadata: { name: all }
spec: { hard: { pods: 2, cpu: 1x } }
`,
    want: [
      'templates/t.yaml:13:11: error validate/invalid-value: Deployment default/web: spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Allways": supported values: "Always", "IfNotPresent", "Never"',
      "templates/t.yaml:18:26: error validate/invalid-value: ResourceQuota default/all: spec.hard.cpu: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  },
  {
    name: 'reports missing fields at the object that lacks them',
    template: deployment('image: web:1\nvolumeMounts: [{ name: a }]'),
    want: [
      'templates/t.yaml:13:26: error validate/missing-field: Deployment default/web: spec.template.spec.containers[0].volumeMounts[0].mountPath: Required value',
      '  hint: add spec.template.spec.containers[0].volumeMounts[0].mountPath',
      'templates/t.yaml:13:28: error validate/invalid-value: Deployment default/web: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "a"',
    ],
  },
  {
    name: 'reports list items with the same key, with the defaults of keys applied',
    template: deployment('ports: [{ containerPort: 80 }, { containerPort: 80, protocol: TCP }]'),
    want: [
      'templates/t.yaml:12:42: error validate/duplicate-item: Deployment default/web: .spec.template.spec.containers[name="web"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
      '  hint: keep one of the items, or change its key',
    ],
  },
  {
    name: 'reports a fault of an override in the override, with its clusters',
    clusters: cluster('one') + cluster('two'),
    template: deployment('image: web:1'),
    override: `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterOverridePolicy
metadata: { name: pause }
spec:
  overrideRules:
    - targetCluster: { clusterNames: [two] }
      overriders:
        plaintext:
          - { path: /spec/paused, operator: add, value: always }
`,
    want: [
      'policies/o.yaml:9:13: error validate/invalid-value: Deployment default/web: .spec.paused: expected boolean, got &{always} (on two)',
    ],
  },
  {
    name: 'reports a fault once for all clusters that have it',
    clusters: cluster('one') + cluster('two') + cluster('three'),
    template: deployment('stdinn: true'),
    want: [
      'templates/t.yaml:12:11: error validate/unknown-field: Deployment default/web: .spec.template.spec.containers[name="web"].stdinn: field not declared in schema',
      '  hint: did you mean stdin?',
    ],
  },
  {
    name: 'does not print the values of a Secret',
    template: `apiVersion: v1
kind: Secret
metadata: { name: door }
data: { key: sesame! }
`,
    want: [
      'templates/t.yaml:4:1: warning parse/plain-secret: Secret default/door is not encrypted: every reader of the repository can read it',
      "  hint: encrypt it with SOPS: sops encrypt --in-place --encrypted-regex '^(data|stringData)$' templates/t.yaml",
      'templates/t.yaml:4:9: error validate/invalid-value: Secret default/door: data.key: error decoding from json: illegal base64 data at input byte 6',
      '  hint: use stringData for plain text, or encode the value in base64',
    ],
  },
]);

describe('lint of the examples', () => {
  const root = join(import.meta.dirname, '../../examples');
  for (const { name } of readdirSync(root, { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  )) {
    it(`reports no diagnostic for ${name}`, async () => {
      const { diagnostics: found } = await lintDirectory(join(root, name), {
        profile: 'regatta',
        strict: true,
      });
      assert.deepEqual(
        found.map((one) => formatDiagnostic(one)),
        [],
      );
    });
  }
});
