import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compile, outputOf } from '#compiler/compile.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { KarmadaCase } from './karmada-case.ts';
import { repositoryOf } from './repository.ts';

describe('shadowed policies in the cases that Karmada answered', () => {
  it('street K3: no policy that places an object is reported as shadowed', async () => {
    const folder = join(import.meta.dirname, '../karmada-cases');
    let shadowed = 0;
    for (const file of readdirSync(folder).toSorted()) {
      const given: KarmadaCase = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const files = repositoryOf(given);
      const options = {
        profile: 'karmada',
        partial: true,
        scripts: await scriptsFor(files),
      } as const;
      const { desired, diagnostics } = compile(files, files, options);
      const bindings = [...outputOf(desired)]
        .filter(([path]) => path.startsWith('bindings/'))
        .map(([, { text }]) => text)
        .join('');
      for (const { code, message } of diagnostics) {
        const [, name = ''] = /Policy (?:[^ ]*\/)?([^ ]+) places nothing/.exec(message) ?? [];
        if (code !== 'select/shadowed') continue;
        shadowed++;
        assert.doesNotMatch(bindings, new RegExp(`policy.karmada.io/name: ${name}$`, 'm'), file);
      }
    }
    assert.ok(shadowed > 0, 'no case has a shadowed policy');
  });
});
