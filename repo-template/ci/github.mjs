/**
 * Finds the pull request of a GitHub `workflow_run`, and its comments. GitHub writes the file
 * GITHUB_EVENT_PATH, so that its repository, branch and commit can be trusted.
 */
import { readFileSync } from 'node:fs';
import { forgeApi } from './forge-api.mjs';

/** What GitHub calls a proposed change. */
export const requestName = 'pull request';

const bot = 'github-actions[bot]';

/** Returns the pull request, or prints why there is nothing to comment on and returns undefined. */
export async function pullRequest() {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH } = process.env;
  const api = forgeApi(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}`, {
    authorization: `Bearer ${GITHUB_TOKEN}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  });
  const { workflow_run: run } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8'));
  const found = await pullRequestOf(run, api);
  if (found === undefined) return undefined;
  const { number, base } = found;
  const basic = Buffer.from(`x-access-token:${GITHUB_TOKEN}`).toString('base64');
  const path = `/issues/${number}/comments`;
  return {
    report: run.html_url,
    commits: base && { base: base.sha, head: run.head_sha },
    /** Refs of the commits in the repository of this clone. */
    refs: base && [`refs/heads/${base.ref}`, `refs/pull/${number}/head`],
    login: { name: 'http.extraHeader', value: `Authorization: Basic ${basic}` },
    comments: async function* () {
      for await (const { id, body, user } of api.pages(path)) {
        yield { id, body: body ?? '', isOurs: user?.login === bot && user.type === 'Bot' };
      }
    },
    create: (body) => api.send('POST', path, { body }),
    update: (id, body) => api.send('PATCH', `/issues/comments/${id}`, { body }),
  };
}

/**
 * Returns the only open pull request whose head is the commit of the run. It does not come from the run's artifact, which the author of the pull request controls.
 */
async function pullRequestOf(run, api) {
  if (run.event !== 'pull_request' || run.head_repository === null) {
    console.log(`nothing to comment on: the event of the run is ${run.event}`);
    return undefined;
  }
  const { head_repository: repository, head_branch: branch, head_sha: commit } = run;
  const head = encodeURIComponent(`${repository.owner.login}:${branch}`);
  const found = [];
  for await (const request of api.pages(`/pulls?state=open&head=${head}`)) {
    const isSame = request.head.sha === commit && request.head.repo?.id === repository.id;
    if (isSame) found.push(request);
  }
  if (found.length === 1) return found[0];
  console.log(`nothing to comment on: ${found.length} open pull requests have the head ${commit}`);
  return undefined;
}
