/** Finds the merge request of a GitLab pipeline, and its notes. */
import { forgeApi } from './forge-api.mjs';

/** What GitLab calls a proposed change. */
export const requestName = 'merge request';

/** REGATTA_COMMENT_TOKEN is a project access token: a job's own token may not write notes. */
export async function pullRequest() {
  const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, CI_PIPELINE_URL } = process.env;
  const { CI_MERGE_REQUEST_DIFF_BASE_SHA: base, CI_COMMIT_SHA: head } = process.env;
  const headers = { 'private-token': process.env.REGATTA_COMMENT_TOKEN };
  const { id: self } = await forgeApi(CI_API_V4_URL, headers).send('GET', '/user');
  const api = forgeApi(`${CI_API_V4_URL}/projects/${Number(CI_PROJECT_ID)}`, headers);
  const path = `/merge_requests/${Number(CI_MERGE_REQUEST_IID)}/notes`;
  return {
    report: CI_PIPELINE_URL,
    commits: base && head && { base, head },
    /** GitLab takes the jobs from the merge request, so a merge request that changes the jobs decides what writes the comment. */
    isItsOwnPipeline: (changed) => changed.some((file) => /^\.gitlab(-ci\.yml$|\/)/.test(file)),
    comments: async function* () {
      for await (const { id, body, author } of api.pages(path)) {
        yield { id, body, isOurs: author.id === self };
      }
    },
    create: (body) => api.send('POST', path, { body }),
    update: (id, body) => api.send('PUT', `${path}/${id}`, { body }),
  };
}
