import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EngineName } from '#io/engine/call.ts';

const engines = join(import.meta.dirname, '../../../engines');

/** The module whose code each engine calls, at the version that docs/dependencies.md names. */
const called: Readonly<Record<EngineName, readonly [path: string, version: string]>> = {
  kustomize: ['sigs.k8s.io/kustomize/api', 'v0.21.1'],
  helm: ['helm.sh/helm/v4', 'v4.1.4'],
  kubernetes: ['k8s.io/kubernetes', 'v1.37.2'],
  istio: ['istio.io/istio', 'v0.0.0-20260827124520-eed52ebb66ad'],
};

describe('the sources of the engines', () => {
  for (const [name, [path, version]] of Object.entries(called)) {
    it(`EN1: ${name} is a Go module that pins ${path} and its toolchain`, () => {
      const text = readFileSync(join(engines, name, 'go.mod'), 'utf8');
      assert.match(text, /^toolchain go\d+\.\d+\.\d+$/m);
      assert.ok(text.includes(`${path} ${version}\n`));
      assert.ok(existsSync(join(engines, name, 'go.sum')));
      assert.match(readFileSync(join(engines, name, 'main.go'), 'utf8'), /protocol\.Serve\(/);
    });
  }
});
