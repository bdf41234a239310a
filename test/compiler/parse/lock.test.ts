import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLock } from '#compiler/parse/lock.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';

const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);

/** What is told of a lock with these lines of images. */
function told(...images: readonly string[]): readonly string[] {
  const head = ['apiVersion: regatta.dev/v1alpha1', 'kind: Lock', 'images:'];
  const text = [...head, ...images.map((line) => `  ${line}\n`)].join('\n');
  const lines: string[] = [];
  parseLock({ file: 'regatta.lock', text }, (one) => lines.push(formatDiagnostic(one)));
  return lines;
}

describe('regatta.lock', () => {
  it('may have an image under two names, with one digest', () => {
    assert.deepEqual(told(`nginx:1: ${one}`, `docker.io/library/nginx:1: ${one}`), []);
    assert.deepEqual(told(`nginx:1: ${one}`, `docker.io/library/nginx:1: ${two}`), [
      `regatta.lock:6:3: error parse/invalid-value: Lock: images has docker.io/library/nginx:1 twice, with two digests\n  regatta.lock:4:3: locked to ${one}\n  hint: keep one of the two`,
    ]);
  });
});
