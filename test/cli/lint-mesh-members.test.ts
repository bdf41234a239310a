import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { EngineResult } from '#io/engine/call.ts';
import { copyBookinfo, lintMesh } from './mesh-lint.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-lint-members-'));

const files: Readonly<Record<string, string>> = {
  'policies/rule.yaml': `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: rules}
spec:
  resourceSelectors:
    - {apiVersion: networking.istio.io/v1, kind: DestinationRule}
    - {apiVersion: networking.istio.io/v1, kind: Sidecar}
    - {apiVersion: networking.istio.io/v1, kind: VirtualService, namespace: default}
  placement:
    clusterAffinity: {clusterNames: [member1, mesh1]}
    clusterTolerations: [{key: regatta.dev/mesh, operator: Exists}]
`,
  'templates/rule.yaml': `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: callers}
spec: {host: reviews.default.svc.cluster.local}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: callers}
spec: {egress: [{hosts: [./*, default/ratings.default.svc.cluster.local]}]}
`,
};

const callersPolicy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: caller, namespace: callers}
spec:
  resourceSelectors: [{apiVersion: apps/v1, kind: Deployment}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

const answer: EngineResult = {
  ...{ type: 'answered' },
  answer: { istioVersion: '', proxies: [], messages: [] },
} as EngineResult;

describe('lint of the members of a mesh', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('M4: reports configuration where nothing reads it, and a rule that a Sidecar hides from its callers', async () => {
    const copy = copyBookinfo(folder, files);
    const { lines } = await lintMesh(copy, (code) => code.startsWith('mesh/'), answer);
    assert.deepEqual(lines, [
      'templates/rule.yaml:1:1: warning mesh/not-read: DestinationRule callers/reviews has no effect here, because Istio reads the configuration of mesh mesh1 only on mesh1 (on member1)',
      '  hint: place every DestinationRule of the mesh on mesh1',
      'templates/rule.yaml:4:8: warning mesh/invisible-rule: DestinationRule callers/reviews: no caller uses this rule: Sidecar callers/default hides the host from the callers in namespace callers',
      '  hint: add the host to the egress hosts of the Sidecar, or remove the DestinationRule',
      'templates/rule.yaml:6:1: warning mesh/not-read: Sidecar callers/default has no effect here, because Istio reads the configuration of mesh mesh1 only on mesh1 (on member1)',
      '  hint: place every Sidecar of the mesh on mesh1',
    ]);
  });

  it('M4: reports a subset whose rule the callers of a namespace do not see', async () => {
    const route = (name: string, spec: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [reviews]
  ${spec}
  http: [{route: [{destination: {host: reviews, subset: v9}}]}]
---
`;
    const rules = [
      route('open', 'exportTo: ["*"]'),
      route('own', 'exportTo: ["."]'),
      `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: nine, namespace: default}
spec: {host: reviews, exportTo: ["."], subsets: [{name: v9, labels: {version: v1}}]}
`,
    ];
    const caller = `apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: callers}
spec:
  selector: {matchLabels: {app: caller}}
  template:
    metadata: {labels: {app: caller}}
    spec: {containers: [{name: caller, image: caller:1.0.0}]}
`;
    const given = {
      ...files,
      'templates/rule.yaml': rules.join(''),
      'templates/caller.yaml': caller,
      'policies/caller.yaml': callersPolicy,
    };
    const { lines } = await lintMesh(
      copyBookinfo(folder, given),
      (code) => code === 'mesh/invisible-rule',
      answer,
    );
    assert.deepEqual(lines, [
      'templates/rule.yaml:7:49: warning mesh/invisible-rule: VirtualService default/open: callers in namespace callers do not see DestinationRule default/nine, which defines subset v9, so every request of this route from there fails',
      '  hint: put the DestinationRule into the namespace of the Service, and let its exportTo contain the namespace of the callers',
    ]);
  });
});
