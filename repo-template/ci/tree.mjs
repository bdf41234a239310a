/**
 * Reads the tree of a pull request as data: it fetches the commits, and runs nothing of them. The regatta
 * that it starts is that of the checkout, the default branch.
 */
import { git, regatta } from './commands.mjs';

/** Files that run in the pipelines, or decide what runs there. */
const pipelineFiles = ['ci', '.github', '.gitlab', '.gitlab-ci.yml', ':(glob)package*.json'];

/** Makes sure that the clone has the commits of a pull request. Fetches them if the forge names their refs. */
export function checkCommits({ commits, refs, login }) {
  if (refs !== undefined) fetchRefs(refs, login);
  for (const commit of Object.values(commits)) {
    git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]);
  }
}

/** Git gets the login from the environment, for this fetch only. */
function fetchRefs(refs, login) {
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: login.name,
    GIT_CONFIG_VALUE_0: login.value,
    GIT_TERMINAL_PROMPT: '0',
  };
  git(['fetch', '--quiet', '--no-tags', '--end-of-options', 'origin', ...refs], { env });
}

/** Returns the Markdown of the diff; '' if the diff fails. */
export function computedDiff({ base, head }) {
  const args = ['diff', '--base', base, '--head', head, '--output', 'markdown'];
  const compile = process.env.REGATTA_COMMIT === 'bot' ? ['--compile'] : [];
  const env = { REGATTA_OFFLINE: '1' };
  return regatta([...args, ...compile], { expected: [0, 1, 2, 3], env }).stdout;
}

/** Returns the changed files that run in the pipelines, or decide what runs there. */
export function changedPipelineFiles({ base, head }) {
  const options = ['--name-only', '--no-renames', '--no-ext-diff', '-z'];
  const range = `${base}...${head}`;
  const names = git(['diff', ...options, '--end-of-options', range, '--', ...pipelineFiles]);
  return names.split('\0').filter((name) => name !== '');
}
