import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withMemoryLimit } from '../../../scripts/engines/memory-limit.ts';
import { signedBytes } from '../../../scripts/engines/sections.ts';
import { withStartedMemory } from '../../../scripts/engines/snapshot.ts';
import { startedEngine } from './module.ts';

const pageBytes = 65_536;

describe('withStartedMemory', () => {
  const module = withMemoryLimit(startedEngine(), 8 * pageBytes);

  it('EN2: continues from the memory and the globals of the started program', () => {
    const started = new WebAssembly.Module(withStartedMemory(module, []));
    const { exports } = new WebAssembly.Instance(started, {});
    const { memory, counter, ...others } = exports as {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly counter: { readonly value: bigint };
    };
    assert.equal(counter.value, -5n);
    const bytes = Buffer.from(memory.buffer);
    assert.equal(bytes.length, 2 * pageBytes, 'the program asked for a page more');
    assert.deepEqual([bytes[16], bytes[pageBytes + 16]], [7, 9]);
    assert.equal('_initialize' in others, false, 'it must not start twice');
  });

  it('EN2: gives the same bytes each time', () => {
    const [first, second] = [withStartedMemory(module, []), withStartedMemory(module, [])];
    assert.ok(first.equals(second));
  });
});

describe('signedBytes', () => {
  for (const [number, bytes] of [
    [0n, [0]],
    [63n, [63]],
    [64n, [192, 0]],
    [-1n, [127]],
    [-64n, [64]],
    [-65n, [191, 127]],
    [-(2n ** 63n), [128, 128, 128, 128, 128, 128, 128, 128, 128, 127]],
  ] as const) {
    it(`writes ${number} in LEB128`, () => assert.deepEqual([...signedBytes(number)], bytes));
  }
});
