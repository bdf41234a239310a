import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLock } from '#compiler/parse/lock.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';

const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);

/** Returns the diagnostics of a lock with these image lines. */
function diagnosticsOf(...images: readonly string[]): readonly string[] {
  const head = ['apiVersion: regatta.dev/v1alpha1', 'kind: Lock', 'images:'];
  const text = [...head, ...images.map((line) => `  ${line}\n`)].join('\n');
  const lines: string[] = [];
  parseLock({ file: 'regatta.lock', text }, (one) => lines.push(formatDiagnostic(one)));
  return lines;
}

describe('regatta.lock', () => {
  it('accepts two names of one image only with the same digest', () => {
    assert.deepEqual(diagnosticsOf(`nginx:1: ${one}`, `docker.io/library/nginx:1: ${one}`), []);
    assert.deepEqual(diagnosticsOf(`nginx:1: ${one}`, `docker.io/library/nginx:1: ${two}`), [
      `regatta.lock:6:3: error parse/invalid-value: Lock: images has docker.io/library/nginx:1 twice, with two digests\n  regatta.lock:4:3: locked to ${one}\n  hint: keep one of the two`,
    ]);
  });
});
