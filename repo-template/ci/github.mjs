/**
 * The pull request of a GitHub `workflow_run`, and its comments. GITHUB_EVENT_PATH is written by
 * GitHub: repository, branch and commit of the run that has ended are to be believed.
 */
import { readFileSync } from 'node:fs';
import { forgeApi } from './forge-api.mjs';

const bot = 'github-actions[bot]';

/** Undefined when there is nothing to comment on (any more); it has then said why. */
export async function pullRequest() {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH } = process.env;
  const api = forgeApi(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}`, {
    authorization: `Bearer ${GITHUB_TOKEN}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  });
  const { workflow_run: run } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8'));
  const number = await pullRequestOf(run, api);
  if (number === undefined) return undefined;
  const path = `/issues/${number}/comments`;
  return {
    report: run.html_url,
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
 * The one open pull request whose head is exactly what the run has looked at. Its number is not
 * taken from the run's artifact, which the run's author writes.
 */
async function pullRequestOf(run, api) {
  if (run.event !== 'pull_request' || run.head_repository === null) {
    console.log(`nothing to comment on: the run is of ${run.event}`);
    return undefined;
  }
  const { head_repository: repository, head_branch: branch, head_sha: commit } = run;
  const head = encodeURIComponent(`${repository.owner.login}:${branch}`);
  const found = [];
  for await (const request of api.pages(`/pulls?state=open&head=${head}`)) {
    const isSame = request.head.sha === commit && request.head.repo?.id === repository.id;
    if (isSame) found.push(request.number);
  }
  if (found.length === 1) return found[0];
  console.log(`nothing to comment on: ${found.length} open pull requests are at ${commit}`);
  return undefined;
}
