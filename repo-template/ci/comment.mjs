/**
 * node ci/comment.mjs github|gitlab FILE: puts the Markdown of FILE on the pull request that this
 * pipeline is about, as one comment that later runs update in place.
 *
 * FILE was made by a run of the pull request's own code, so it is data that an attacker may have
 * written: an ordinary file of limited size, whose text is made harmless, and nothing in it says
 * which pull request is meant. That follows from what the forge itself says of this pipeline.
 */
import { lstatSync, readFileSync } from 'node:fs';

const marker = '<!-- regatta review -->';
/** A comment may have 65,536 characters on GitHub; some forges count bytes. */
const limit = 65_000;
const maximumBytes = 1 << 20;

const [forge, file] = process.argv.slice(2);
if (!['github', 'gitlab'].includes(forge) || file === undefined) {
  throw new Error('usage: node ci/comment.mjs github|gitlab FILE');
}
// A repository has only the one that it needs.
const { pullRequest } = await import(`./${forge}.mjs`);
const request = await pullRequest();
if (request !== undefined) await comment(request, readComment(file));

async function comment({ comments, create, update, report }, text) {
  const foot = `\n\n_[The full report and the log](${report})_\n`;
  const body = shortened(`${marker}\n${text}`, limit - foot.length) + foot;
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
  const missing = 'There is no diff: the log says why.';
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return missing;
  if (!stats.isFile()) throw new Error(`${path} is a link or no ordinary file`);
  if (stats.size > maximumBytes) throw new Error(`${path} has ${stats.size} bytes: too many`);
  return harmless(readFileSync(path, 'utf8'));
}

/**
 * Text that calls nobody, loads nothing, hides no link and commands nothing: a character of no
 * width stands where Markdown, HTML or a quick action would begin. Only folding and bold are let
 * through, and the digests of images, so that they can be copied.
 */
function harmless(text) {
  const blank = '\u200b';
  return text
    .replaceAll('\0', '')
    .replaceAll(/@(?!sha256:)/g, `@${blank}`)
    .replaceAll(/&(?!(?:amp|lt|gt|quot);)/g, `&${blank}`)
    .replaceAll('![', `!${blank}[`)
    .replaceAll('](', `]${blank}(`)
    .replaceAll(']:', `]${blank}:`)
    .replaceAll(/^(\s*)\//gm, `$1${blank}/`)
    .replaceAll(/<(?!\/?(?:details|summary|b)>)/g, `<${blank}`);
}

/** By whole lines, without leaving a fence or a fold open. Lengths are of UTF-8, in bytes. */
function shortened(text, most) {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const end = '\n\n_The rest is in the full report._';
  // The longest fence that may be open, closed: a line of its own.
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
