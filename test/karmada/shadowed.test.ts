import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compile, outputOf } from '#compiler/compile.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { KarmadaCase } from './karmada-case.ts';
import { repositoryOf } from './repository.ts';

const textsOf = (desired: Parameters<typeof outputOf>[0]) =>
  [...outputOf(desired)].map(([path, { text }]) => [path, text]);

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

  it('street K3: without an override policy that has no effect, the output is the same', async () => {
    const folder = join(import.meta.dirname, '../karmada-cases');
    let idle = 0;
    for (const file of readdirSync(folder).toSorted()) {
      const given: KarmadaCase = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const files = repositoryOf(given);
      const scripts = await scriptsFor(files);
      const options = { profile: 'karmada', partial: true, scripts } as const;
      const { desired, diagnostics } = compile(files, files, options);
      for (const { code, at } of diagnostics) {
        if (code !== 'override/no-effect') continue;
        idle++;
        const documents = String(files.get(at.file)).split(/^---$/m);
        let line = 1;
        const others = documents.filter((document) => {
          const first = line;
          line += document.split('\n').length - 1;
          return at.line < first || at.line >= line;
        });
        assert.equal(others.length, documents.length - 1, file);
        const without = new Map([...files, [at.file, others.join('---')]]);
        const again = compile(without, files, options);
        assert.deepEqual(textsOf(again.desired), textsOf(desired), `${file} ${at.file}`);
      }
    }
    assert.ok(idle > 0, 'no case has an override policy without an effect');
  });
});
