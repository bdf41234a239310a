/**
 * node ci/comment.mjs github|gitlab FILE: writes the Markdown of FILE to the pull request of this
 * pipeline, as one comment that later runs update in place.
 *
 * A run of the pull request's own code wrote FILE, so that an attacker may control its content. This
 * script accepts only a regular file of limited size, neutralises its text, and asks the forge, not
 * the file, for the pull request.
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
// A repository has only the script of its own forge.
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
  const missing = 'There is no diff: see the log for the reason.';
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return missing;
  if (!stats.isFile()) throw new Error(`${path} is not a regular file`);
  if (stats.size > maximumBytes)
    throw new Error(`${path} has ${stats.size} bytes, the limit is ${maximumBytes}`);
  return harmless(readFileSync(path, 'utf8'));
}

/**
 * Returns text that mentions no one, loads nothing, hides no link and starts no quick action: it
 * inserts a zero-width character where Markdown, HTML or a quick action would begin. Only folding,
 * bold and the digests of images stay unchanged, so that readers can copy the digests.
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
