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
});
