/**
 * node ci/commit-rendered.mjs BRANCH: the bot. It compiles the branch and pushes the changes of
 * bindings/ and rendered/ as one commit. If the branch has moved meanwhile, it starts again from
 * the new head.
 *
 * GIT_PUSH_USER and GIT_PUSH_TOKEN are the account that pushes. Git gets the token from the
 * environment, for push and fetch only: no file and no command line contains it.
 */
import { git, regatta, run } from './commands.mjs';

const attempts = 5;
const [branch] = process.argv.slice(2);
const { GIT_PUSH_USER: user, GIT_PUSH_TOKEN: token, ...rest } = process.env;
if (!branch || !user || !token) {
  throw new Error('usage: GIT_PUSH_USER=… GIT_PUSH_TOKEN=… node ci/commit-rendered.mjs BRANCH');
}
// Programs that this script starts get the token only for fetch and push.
process.env = rest;
const basic = Buffer.from(`${user}:${token}`).toString('base64');
const login = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'http.extraHeader',
  GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  GIT_TERMINAL_PROMPT: '0',
};
const identity = {
  GIT_AUTHOR_NAME: 'regatta-bot',
  GIT_AUTHOR_EMAIL: 'regatta-bot@invalid',
  GIT_COMMITTER_NAME: 'regatta-bot',
  GIT_COMMITTER_EMAIL: 'regatta-bot@invalid',
};

if (!publish()) {
  throw new Error(`${branch} moved ${attempts} times during the compile: run the pipeline again`);
}

function publish() {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    git(['fetch', '--quiet', 'origin', `refs/heads/${branch}`], { env: login });
    git(['checkout', '--quiet', '--detach', '--force', 'FETCH_HEAD']);
    const source = git(['rev-parse', 'HEAD']);
    console.log(regatta(['compile']).stdout.trim());
    git(['add', '--all', '--', 'bindings', 'rendered']);
    if (run('git', ['diff', '--cached', '--quiet'], { expected: [0, 1] }).status === 0) {
      console.log(`the rendered output of ${source} is up to date`);
      return true;
    }
    const message = `Render ${source.slice(0, 12)}\n\nRegatta-Source-Commit: ${source}`;
    git(['commit', '--quiet', '--no-verify', '--message', message], { env: identity });
    const push = ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`];
    if (run('git', push, { expected: [0, 1], env: login }).status === 0) return true;
    if (!hasMoved(source)) throw new Error(`git push to ${branch} was refused`);
  }
  return false;
}

function hasMoved(source) {
  const [head] = git(['ls-remote', 'origin', `refs/heads/${branch}`], { env: login }).split('\t');
  return head !== source;
}
