/**
 * node ci/comment.mjs github|gitlab [FILE]: writes the review to the pull request of this pipeline, as
 * one comment that later runs update in place.
 *
 * Without FILE, it computes the review from the tree of the pull request, with the regatta of this
 * checkout. The pull request's own code wrote the FILE, so an attacker may control its content; the
 * comment then says so. In both cases the author chooses names and values. This script accepts only a
 * regular file of limited size, neutralises all text, and asks the forge, not the file, for the pull
 * request.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { changedPipelineFiles, checkCommits, computedDiff } from './tree.mjs';

const marker = '<!-- regatta review -->';
/** A comment may have 65,536 characters on GitHub; some forges count bytes. */
const limit = 65_000;
const maximumBytes = 1 << 20;
const shownFiles = 20;
const missing = 'There is no diff: see the log for the reason.';

const [forge, file] = process.argv.slice(2);
if (!['github', 'gitlab'].includes(forge)) {
  throw new Error('usage: node ci/comment.mjs github|gitlab [FILE]');
}
// A repository has only the script of its own forge.
const { pullRequest, requestName } = await import(`./${forge}.mjs`);
const request = await pullRequest();
// Programs that this script starts get no token.
delete process.env.GITHUB_TOKEN;
delete process.env.REGATTA_COMMENT_TOKEN;
if (request !== undefined) {
  if (file === undefined) checkCommits(request);
  const text = file === undefined ? harmless(computedDiff(request.commits)) : readComment(file);
  await comment(request, `${warningOf(request)}${text === '' ? missing : text}`);
}

/** Returns who wrote the comment and the report. */
function footOf({ report, commits, isItsOwnPipeline = () => false }) {
  const link = `[full report and the log](${report})`;
  const isComputed = file === undefined && !isItsOwnPipeline(changedFiles(commits));
  return isComputed
    ? `\n\n_Computed by the default branch's Regatta. The ${link} are written by this ${requestName}'s own code._\n`
    : `\n\n_This comment, the ${link} are written by this ${requestName}'s own code._\n`;
}

function changedFiles(commits) {
  return commits === undefined ? [] : changedPipelineFiles(commits);
}

/** Returns a paragraph that names the changed files of the pipelines; '' if there are none. */
function warningOf({ commits }) {
  const files = changedFiles(commits);
  if (files.length === 0) return '';
  const names = files.slice(0, shownFiles).map((name) => `- <b>${harmless(quoted(name))}</b>`);
  const more = files.length > shownFiles ? [`- and ${files.length - shownFiles} more`] : [];
  const title = `**This ${requestName} changes files that run in the pipelines:**`;
  return `${[title, '', ...names, ...more].join('\n')}\n\n`;
}

/** Returns a name in one line, without characters that Markdown or HTML gives a meaning. */
function quoted(name) {
  return JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(/[<>&`*_[\]~|]/g, '?');
}

async function comment(request, text) {
  const { comments, create, update } = request;
  const foot = footOf(request);
  const body = shortened(`${marker}\n${text}`, limit - Buffer.byteLength(foot)) + foot;
  for await (const { id, body: old, isOurs } of comments()) {
    if (!isOurs || !old.startsWith(marker)) continue;
    await update(id, body);
    console.log(`updated comment ${id}`);
    return;
  }
  await create(body);
  console.log('made a comment');
}

function readComment(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return missing;
  if (!stats.isFile()) throw new Error(`${path} is not a regular file`);
  if (stats.size > maximumBytes)
    throw new Error(`${path} has ${stats.size} bytes, the limit is ${maximumBytes}`);
  return harmless(readFileSync(path, 'utf8'));
}

/**
 * Returns text that mentions no one, refers to nothing, loads nothing, hides no link and starts no quick
 * action: it inserts a zero-width character where Markdown, HTML, a reference or a quick action would begin. Only folding,
 * bold and the digests of images stay unchanged, so that readers can copy the digests.
 */
function harmless(text) {
  const blank = '\u200b';
  return (
    text
      .replaceAll('\0', '')
      .replaceAll(/(?<!\w)@|@(?!sha256:[0-9a-f])/g, `@${blank}`)
      // References: #1, o/r#1, !1, $1, %1, ~label and ^alert create backlinks, as do GH-1 and addresses.
      .replaceAll(/([#!$%~^])(?=[\w"'])/g, `$1${blank}`)
      .replaceAll(/\[(?=\w+:)/g, `[${blank}`)
      .replaceAll(/\b(GH|GL)-(?=\d)/gi, `$1${blank}-`)
      .replaceAll('://', `:${blank}//`)
      .replaceAll(/\bwww\./gi, `www${blank}.`)
      .replaceAll(/&(?!(?:amp|lt|gt|quot);)/g, `&${blank}`)
      .replaceAll('![', `!${blank}[`)
      .replaceAll('](', `]${blank}(`)
      .replaceAll(']:', `]${blank}:`)
      .replaceAll(/^(\s*)\//gm, `$1${blank}/`)
      .replaceAll(/<(?!\/?(?:details|summary|b)>)/g, `<${blank}`)
  );
}

/** Shortens text to whole lines, and closes fences and folds. Lengths are in bytes of UTF-8. */
function shortened(text, most) {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const end = '\n\n_The rest is in the full report._';
  // Leaves space for a line that closes the longest possible fence.
  const room = most - Buffer.byteLength(end) - 200;
  const kept = bytes.subarray(0, room).toString('utf8');
  const whole = kept.slice(0, kept.lastIndexOf('\n'));
  return `${whole}${closing(whole)}${end}`;
}

function closing(text) {
  let fence = '';
  for (const [, ticks, rest] of text.matchAll(/^(`{3,100})(.*)$/gm)) {
    if (fence === '') fence = ticks;
    else if (ticks.length >= fence.length && rest.trim() === '') fence = '';
  }
  const isFolded = text.lastIndexOf('<details>') > text.lastIndexOf('</details>');
  return `${fence === '' ? '' : `\n${fence}`}${isFolded ? '\n</details>' : ''}`;
}
