import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLock, withSources } from '#cli/fleet/lock-text.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const head = 'apiVersion: regatta.dev/v1alpha1\nkind: Lock\n';
const images = `images:\n  nginx:1: ${digest('1')} # checked\n`;
const sources = `sources:\n  https://b.example/web:1.0.0: ${digest('2')}\n`;
const wanted = new Map([['https://b.example/web:1.0.0', digest('2')]]);

describe('the text of regatta.lock', () => {
  const rows: Readonly<Record<string, readonly [before: string | undefined, after: string]>> = {
    'the file does not exist': [undefined, head + sources],
    'it has only images': [head + images, head + images + sources],
    'it has other sources': [
      `# ours\n${head}sources:\n  a: ${digest('3')}\n\n# between\n  b: ${digest('4')}\n\n# images\n${images}`,
      `# ours\n${head}\n# images\n${images}${sources}`,
    ],
    'its sources are on one line': [`${head}sources: {a: ${digest('3')}}\n`, head + sources],
    'its last line has no line break': [`${head}images: {}`, `${head}images: {}\n${sources}`],
  };
  for (const [title, [before, after]] of Object.entries(rows)) {
    it(`gets sources and keeps its other text when ${title}`, () => {
      const text = withSources(before, wanted);
      assert.equal(text, after);
      checkLock(text);
      assert.equal(withSources(text, wanted), text);
    });
  }

  it('has no sources key without sources, and quotes names that need it', () => {
    assert.equal(withSources(head + images + sources, new Map()), head + images);
    const text = withSources(undefined, new Map([['https://x.example/a b', digest('1')]]));
    assert.match(text, /^ {2}"https:\/\/x.example\/a b": sha256/m);
    checkLock(text);
  });

  it('is rejected when it would be invalid', () => {
    const quoted = `${head}"sources": {a: ${digest('3')}}\n`;
    assert.throws(() => checkLock(withSources(quoted, wanted)), /is defined twice in one map/);
  });
});
