import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';

const example = join(import.meta.dirname, '../../examples/bookinfo');

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('unknown kinds in the sources', () => {
  let fleet: string;
  beforeEach(async () => {
    fleet = await mkdtemp(join(tmpdir(), 'regatta-kinds-'));
    await cp(example, fleet, { recursive: true });
  });
  afterEach(() => rm(fleet, { recursive: true, force: true }));

  const regatta = async (...args: readonly string[]): Promise<Outcome> => {
    const env = { ...process.env, XDG_CACHE_HOME: join(fleet, '.cache') };
    return runCommand(args, { env });
  };

  /** Replaces a text in every policy, cluster and template. */
  const edit = async (from: string, to: string): Promise<void> => {
    for (const folder of ['clusters', 'policies', 'templates']) {
      for (const name of await readdir(join(fleet, folder))) {
        const file = join(fleet, folder, name);
        await writeFile(file, (await readFile(file, 'utf8')).replaceAll(from, to));
      }
    }
  };

  const rendered = () => readdir(join(fleet, 'rendered'), { recursive: true });

  const edits: readonly (readonly [
    title: string,
    from: string,
    to: string,
    message: string,
    hint: string,
  ])[] = [
    [
      'K29: U.B1: compile fails and writes nothing when the kind of a policy is misspelt',
      'kind: PropagationPolicy',
      'kind: PropagationPolcy',
      'policy.karmada.io/v1alpha1 has no kind PropagationPolcy',
      'did you mean PropagationPolicy?',
    ],
    [
      'K29: U.B1: compile fails and writes nothing when the group of a policy is misspelt',
      'policy.karmada.io',
      'policy.karmda.io',
      'policy.karmda.io/v1alpha1 has no kind PropagationPolicy',
      'did you mean policy.karmada.io/v1alpha1?',
    ],
    [
      'K29: U.B1: compile fails and writes nothing when the version of a cluster is misspelt',
      'cluster.karmada.io/v1alpha1',
      'cluster.karmada.io/v1',
      'cluster.karmada.io/v1 has no kind Cluster',
      'did you mean cluster.karmada.io/v1alpha1?',
    ],
  ];
  for (const [title, from, to, message, hint] of edits) {
    it(title, async () => {
      assert.equal((await regatta('compile', fleet)).status, 0);
      const before = await rendered();
      await edit(from, to);

      const { status, stdout, stderr } = await regatta('compile', fleet);

      assert.equal(status, 1);
      const output = stdout + stderr;
      assert.ok(output.includes(`error parse/unknown-kind: ${message}\n`), output);
      assert.ok(output.includes(`hint: ${hint}\n`), output);
      assert.deepEqual(await rendered(), before);
      assert.equal((await regatta('lint', fleet)).status, 1);
    });
  }
});
