import type { QueuedRequest } from './delivery-queue.ts';

/** A repository on a forge, with a token that may set commit statuses. */
export interface Forge {
  readonly type: 'github' | 'gitlab';
  /** Base URL of the REST API, such as `https://api.github.com` or `https://gitlab.example.com/api/v4`. */
  readonly api: string;
  /** Path of the project: `owner/name`, or on GitLab the path with all groups. */
  readonly project: string;
  readonly token: string;
}

export type StatusState = 'pending' | 'success' | 'failure';

/** The status to set on a commit. `context` identifies the status among those of the commit. */
export interface CommitStatus {
  readonly commit: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string;
}

/** Returns the request that sets a commit status. Source: the REST references of GitHub and GitLab. */
export function statusRequest(
  { type, api, project, token }: Forge,
  { commit, state, context, description }: CommitStatus,
): QueuedRequest {
  const subject = `${context} ${commit}`;
  const name = encodeURIComponent(project);
  if (type === 'gitlab') {
    const words = { pending: 'pending', success: 'success', failure: 'failed' };
    return {
      url: `${api}/projects/${name}/statuses/${commit}`,
      headers: { 'private-token': token },
      body: JSON.stringify({
        state: words[state],
        name: context,
        description: cut(description, 255),
      }),
      subject,
    };
  }
  return {
    url: `${api}/repos/${project}/statuses/${commit}`,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    },
    body: JSON.stringify({ state, context, description: cut(description, 140) }),
    subject,
  };
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/**
 * Derives the API and the project from a repository's URL, or from an ssh address such as
 * `git@host:group/name.git`. Returns undefined for any other address.
 */
export function forgeOf(
  type: Forge['type'],
  repo: string,
): Pick<Forge, 'api' | 'project'> | undefined {
  const [, host = '', path = ''] =
    /^(?:https?|ssh):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(repo) ??
    /^[^@/:]+@([^/:]+):(?!\/)(.+)$/.exec(repo) ??
    [];
  const project = path.replace(/\/+$/, '').replace(/\.git$/, '');
  if (host === '' || !project.includes('/')) return undefined;
  if (type === 'gitlab') return { api: `https://${host}/api/v4`, project };
  const api = host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
  return { api, project };
}
