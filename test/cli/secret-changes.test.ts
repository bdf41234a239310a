import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compareCommits } from '#cli/diff/commits.ts';
import { printHtml } from '#cli/review/html.ts';
import { printMarkdown } from '#cli/review/markdown.ts';
import { printText } from '#cli/review/text.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const header = '# Rendered by regatta compile. Do not edit: change the source and compile again.\n';

const object = (kind: string, name: string, annotations: object, fields: object) =>
  `${header}${JSON.stringify({
    apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
    kind,
    metadata: { name, namespace: 'shop', annotations },
    ...fields,
  })}\n`;

const lastApplied = (password: string) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { password } }),
});

const wordSum = (name: string) => ({ 'checksum/word': `sum-${name}` });

/** The files of a commit. Every password begins with the same word, and none may be printed. */
function filesWith(name: string): Readonly<Record<string, string>> {
  const password = `tulip-${name}-7431`;
  const checksum = { 'checksum/config': name, ...wordSum(name) };
  return {
    'rendered/m1/shop/secret_login.yaml': object('Secret', 'login', lastApplied(password), {
      data: { password: base64(password) },
      stringData: { note: password },
    }),
    'rendered/m1/shop/configmap_plain.yaml': object('ConfigMap', 'plain', lastApplied(password), {
      data: { color: `color-${name}` },
    }),
    'rendered/m1/shop/configmap_sealed.yaml': object(
      'ConfigMap',
      'sealed',
      {},
      {
        data: { list: [{ name: password }] },
        sops: { mac: name },
      },
    ),
    'rendered/m1/shop/deployment.apps_web.yaml': object('Deployment', 'web', checksum, {
      spec: { template: { metadata: { annotations: checksum } } },
    }),
    // Each line with a password has a checksum too, which makes it a cause of the change of the Deployment.
    'values.yaml': `image: ${name}\nword: [${password}, sum-${name}]\nuser: app\n`,
    'web.values.yaml': `web:\n  checksum: ${name}\n  dbPassword: [other-tulip-7431, sum-${name}]\n`,
  };
}

describe('regatta diff of Secrets', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-secret-changes-'));
    git('init', '--quiet', '--initial-branch=main');
    await commit(filesWith('before'));
    git('checkout', '--quiet', '-b', 'change');
    await commit(filesWith('after'));
    git('checkout', '--quiet', '-b', 'moved');
    await commit({
      'values.yaml': 'image: after\n',
      'more.values.yaml': 'word: tulip-after-7431 # web\n',
      'rendered/m1/shop/deployment.apps_web.yaml': object('Deployment', 'web', wordSum('after'), {
        spec: { template: { metadata: { annotations: wordSum('after') } } },
      }),
    });
  });
  after(() => rm(folder, { recursive: true }));

  it('K15: shows the fields of a Secret, and its values in no format', async () => {
    for (const { format, text } of await diffs('main', 'change')) {
      assert.match(text, /last-applied-configuration/, format);
      assert.match(text, /\.data\.password/, format);
      assert.match(text, /\(hidden\)/, format);
      assert.match(text, /color-after/, format);
      assert.doesNotMatch(text, /tulip|dHVsaX/, format);
    }
  });

  it('K15: S09: names the source line that feeds a Secret or looks secret, without its text', async () => {
    for (const { format, text } of await diffs('main', 'change')) {
      assert.match(text, /web\.values\.yaml/, format);
      assert.match(text, /\bvalues\.yaml(:|","line":)2\b/, format);
      assert.doesNotMatch(text, /tulip|dbPassword:/, format);
    }
  });

  it('K15: does not show a moved line that feeds an unchanged Secret', async () => {
    for (const { format, text } of await diffs('change', 'moved')) {
      assert.match(text, /more\.values\.yaml/, format);
      assert.doesNotMatch(text, /tulip|dHVsaX/, format);
    }
  });

  /** Returns what `regatta diff` prints in each format. */
  async function diffs(base: string, head: string) {
    const report = await compareCommits(folder, { base, head });
    return [
      { format: 'text', text: printText(report) },
      { format: 'markdown', text: printMarkdown(report) },
      { format: 'html', text: printHtml(report) },
      { format: 'json', text: JSON.stringify(report) },
    ];
  }

  function git(...args: readonly string[]): void {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    execFileSync('git', [...identity, ...args], { cwd: folder });
  }

  async function commit(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', 'change');
  }
});
