/**
 * node ci/review.mjs BASE: reviews the changes of the current commit since BASE, without any
 * secret. Writes review/comment.md, review/diff.html, review/regatta.sarif and
 * review/code-quality.json. Exits with 1 if the commit should not be merged.
 *
 * With REGATTA_COMMIT=bot, the bot commits rendered output after the merge, so that stale output is
 * not a fault; this script compiles and commits it in this clone only.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { git, regatta } from './commands.mjs';

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('usage: node ci/review.mjs BASE');
const base = git(['rev-parse', '--verify', '--end-of-options', `${given}^{commit}`]);
const byBot = process.env.REGATTA_COMMIT === 'bot';
const faults = [];

mkdirSync('review', { recursive: true });
lint();
if (!byBot || compile()) check();
diff();
for (const fault of faults) console.error(`review: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function lint() {
  const annotations = process.env.GITHUB_ACTIONS === 'true' ? 'github' : 'text';
  const { status, stdout } = regatta(['lint', '--output', annotations], { expected: [0, 1] });
  console.log(stdout);
  if (status !== 0) faults.push('lint found errors');
  const files = { sarif: 'regatta.sarif', gitlab: 'code-quality.json' };
  for (const [format, file] of Object.entries(files)) {
    const findings = regatta(['lint', '--output', format], { expected: [0, 1] });
    writeFileSync(`review/${file}`, findings.stdout);
  }
}

function check() {
  const check = ['compile', '--check', '--base', base];
  const { status, stdout } = regatta(check, { expected: [0, 1, 3] });
  console.log(stdout);
  if (status === 0) return;
  faults.push(
    status === 3
      ? 'the deletions exceed the budget: see the log'
      : 'rendered output is stale, or has files without a source: see the log',
  );
}

/** Returns whether the repository compiles. */
function compile() {
  const { status, stdout } = regatta(['compile'], { expected: [0, 1] });
  console.log(stdout);
  if (status !== 0) {
    faults.push('the repository does not compile');
    return false;
  }
  git(['add', '--all', '--', 'bindings', 'rendered']);
  const identity = ['-c', 'user.name=review', '-c', 'user.email=review@invalid'];
  git([...identity, 'commit', '--quiet', '--no-verify', '--allow-empty', '--message', 'review']);
  return true;
}

function diff() {
  for (const [format, file] of Object.entries({ markdown: 'comment.md', html: 'diff.html' })) {
    const args = ['diff', '--base', base, '--output', format];
    const { status, stdout } = regatta(args, { expected: [0, 1, 2, 3] });
    const unknown = 'There is no diff: see the log of the pipeline for the reason.\n';
    writeFileSync(`review/${file}`, stdout === '' ? unknown : stdout);
    if (format !== 'markdown') continue;
    if (status === 2) faults.push('the diff failed');
    if (status === 3) faults.push('the deletions exceed the budget');
  }
}
