import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseTree } from '#io/git/tree.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Returns the output of `git ls-tree` for 2,000 files with long paths, about 1 MB, of one commit. */
function listing(commit: number): Buffer {
  const lines = Array.from({ length: 2000 }, (_, file) => {
    const oid = `${commit}`.padStart(20, '0') + `${file}`.padStart(20, '0');
    return `100644 blob ${oid}      10\trendered/member1/${'n'.repeat(400)}${file}.yaml\0`;
  });
  return Buffer.from(lines.join(''));
}

describe('memory of listings', () => {
  it('K63: an object id that is kept keeps no listing', () => {
    const kept: string[] = [];
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    for (let commit = 0; commit < 60; commit++) {
      const { files = [] } = parseTree(listing(commit), 'rendered', 'c') ?? {};
      kept.push(files[commit]?.oid ?? '');
    }
    const grown = heap() - before;
    assert.equal(new Set(kept).size, 60);
    assert.ok(grown < 5_000_000, `${grown} bytes for ${kept.length} ids`);
  });
});
