import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import type { EngineManifest } from '#io/engine/artifacts.ts';
import { engineLimits } from '#io/engine/call.ts';
import { withMemoryLimit } from '../../../scripts/engines/memory-limit.ts';

const engines = join(import.meta.dirname, '../../../engines');
const artifacts = join(engines, 'artifacts');
const manifest = JSON.parse(
  readFileSync(join(artifacts, 'manifest.json'), 'utf8'),
) as EngineManifest;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the manifest of engines', () => {
  it('EN2: has an entry for each engine', () => {
    const sources = readdirSync(engines).filter((name) => isEngine(name));
    assert.deepEqual(
      sources.filter((name) => !(name in manifest)),
      [],
    );
  });

  for (const [name, artifact] of Object.entries(manifest).filter(([name]) => isEngine(name))) {
    describe(name, () => {
      const compressed = readFileSync(join(artifacts, `${name}.wasm.zst`));
      let module: Buffer = Buffer.alloc(0);
      before(() => {
        // With a chunk that is larger than the result, zlib copies nothing.
        module = zstdDecompressSync(compressed, { chunkSize: artifact.size + 1 });
      });
      after(() => {
        module = Buffer.alloc(0);
      });

      it(`EN2: has the digests, sizes and versions of ${name}`, () => {
        assert.equal(digestOf(compressed), artifact.compressedDigest);
        assert.equal(digestOf(module), artifact.digest);
        assert.deepEqual(
          [module.length, compressed.length],
          [artifact.size, artifact.compressedSize],
        );
        const text = readFileSync(join(engines, name, 'go.mod'), 'utf8');
        assert.ok(text.includes(`\ntoolchain ${artifact.go}\n`));
        for (const [, path, version] of text.matchAll(/^(?:require )?\t?(\S+) (v\S+)$/gm)) {
          const replaced = new RegExp(`^\\t${path} => \\S+ (v\\S+)$`, 'm').exec(text)?.[1];
          const known = artifact.modules[path ?? ''];
          const expected = replaced ?? version;
          assert.ok(
            known === undefined || known === expected,
            `${path} ${known} is not ${expected}`,
          );
        }
      });

      it(`EN4: ${name} has a memory of 1 GiB at most`, () => {
        assert.equal(Buffer.compare(withMemoryLimit(module, engineLimits.bytes), module), 0);
        assert.notEqual(Buffer.compare(withMemoryLimit(module, 2 ** 30 + 65_536), module), 0);
      });
    });
  }
});

function isEngine(name: string): boolean {
  return name !== 'protocol' && existsSync(join(engines, name, 'go.mod'));
}
