import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { firstDifference } from './compare.ts';
import { compileInProcess } from './compile-case.ts';
import type { KarmadaCase } from './karmada-case.ts';

describe('agreement with recorded results of Karmada', () => {
  const folder = join(import.meta.dirname, '../karmada-cases');
  for (const file of readdirSync(folder).toSorted()) {
    const given: KarmadaCase = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const name = file.replace('.json', '');
    it(`gives Karmada's result for ${name}: ${given.title}`, async () => {
      const difference = firstDifference(given.expected, await compileInProcess(given));
      assert.equal(difference, undefined);
    });
  }
});
