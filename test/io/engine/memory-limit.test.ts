import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withMemoryLimit } from '../../../scripts/engines/memory-limit.ts';

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const type = [1, 4, 1, 0x60, 0, 0];

describe('withMemoryLimit', () => {
  it('EN4: writes a maximum into the only memory, and changes no other byte', () => {
    const module = Buffer.from([...header, ...type, 5, 3, 1, 0, 2, 0, 2, 1, 97]);
    const limited = withMemoryLimit(module, 200 * 65_536);
    assert.deepEqual([...limited], [...header, ...type, 5, 5, 1, 1, 2, 0xc8, 1, 0, 2, 1, 97]);
  });

  it('EN4: replaces an existing maximum', () => {
    const module = Buffer.from([...header, 5, 4, 1, 1, 2, 3]);
    assert.deepEqual([...withMemoryLimit(module, 9 * 65_536)], [...header, 5, 4, 1, 1, 2, 9]);
  });
});
