/** Runs explain on each template and blame on each rendered line of the golden repositories. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { decideDirectory } from '#cli/fleet/decide.ts';
import { blame } from '#compiler/explain/blame.ts';
import { explain, renderedFor } from '#compiler/explain/explain.ts';
import type { AttemptVerdict } from '#compiler/explain/explanation.ts';
import type { Position } from '#model/diagnostic.ts';
import { renderedPath } from '#model/rendered-path.ts';

const root = join(import.meta.dirname, '../../..');
const golden = join(root, 'test/golden');

describe('golden repositories', () => {
  for (const name of readdirSync(golden)) {
    const [, example] = /^example-(.*)/.exec(name) ?? [];
    const repo =
      example === undefined ? join(golden, name, 'repo') : join(root, 'examples', example);

    it(`${name}: blame prints the rendered text, with positions that exist`, async () => {
      const { decisions } = await decideDirectory(repo, 'regatta', {
        forgets: true,
        shown: ({ repository }) => repository.templates,
      });
      const objects = decisions.bindings.flatMap((binding) => renderedFor(binding, decisions));
      const rendered = join(golden, name, 'want', decisions.settings.rendered);
      for (const object of objects) {
        const { lines, text } = blame(object, decisions);
        const want = join(rendered, object.cluster, renderedPath(object.object));
        if (existsSync(want)) assert.equal(text, readFileSync(want, 'utf8'));
        assertExist(
          lines.map(({ origin }) => origin.at),
          repo,
        );
      }
    });

    it(`${name}: explain covers each template, with positions that exist`, async () => {
      const { decisions } = await decideDirectory(repo, 'regatta', {
        forgets: true,
        shown: ({ repository }) => repository.templates,
      });
      for (const template of decisions.repository.templates) {
        const { at, policies, attempts } = explain(template, decisions);
        const clusters = attempts.flatMap((attempt) => attempt.clusters);
        assertExist([at, ...[...policies, ...clusters].map((verdict) => verdict.at)], repo);
        assertFair(attempts.flatMap(({ divisions }) => divisions));
      }
    });
  }
});

function assertExist(positions: readonly (Position | undefined)[], repo: string): void {
  for (const position of positions) {
    if (position === undefined) continue;
    const { file, line } = position;
    const lines = readFileSync(join(repo, file), 'utf8').split('\n');
    assert.ok(line >= 1 && line <= lines.length, `${file}:${line}`);
  }
}

/** Asserts that no cluster's claim to one more replica exceeds the smallest claim that won one. */
function assertFair(divisions: AttemptVerdict['divisions']): void {
  for (const { shares } of divisions) {
    const won = shares.map(({ lastClaim = Number.POSITIVE_INFINITY }) => lastClaim);
    const left = shares.map(({ nextClaim = 0 }) => nextClaim);
    assert.ok(Math.max(...left) <= Math.min(...won));
  }
}
