/**
 * `npm run demo`: takes Bookinfo from `git push` to two clusters and a mesh, and checks every step. Exits
 * with status 0, or with 1 at the first failed check. `-- --keep` leaves it running.
 */

import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import { editObject, getObject, getTable } from './demo/cluster.ts';
import { eventually, held, quote, say, showTable, step } from './demo/show.ts';
import {
  closeStage,
  git,
  installIstioKinds,
  members,
  openStage,
  pull,
  push,
  type Stage,
  type Syncer,
  startSyncer,
  stopSyncer,
} from './demo/stage.ts';

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const mesh = '/apis/networking.istio.io/v1alpha3/namespaces/default';

/** The expected Deployments of each cluster. */
const expected: Readonly<Record<string, readonly string[]>> = {
  member1: ['productpage-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'],
  member2: ['details-v1', 'ratings-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'],
};

interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
    };
  };
}

const keep = process.argv.includes('--keep');

step('A bare Git repository, and three clusters: member1, member2, mesh1');
const stage = await openStage();
const syncer = startSyncer(stage);
try {
  await play(stage, syncer);
  if (keep) await lookAround(stage);
} catch (error) {
  say(`\n✘ ${errorMessage(error)}`);
  say(syncer.log());
  process.exitCode = 1;
} finally {
  const status = await stopSyncer(syncer);
  if (status !== 0) {
    say(`✘ regatta sync ended with status ${status}`);
    process.exitCode = 1;
  }
  await closeStage(stage);
}
if (process.exitCode !== 1) say('\nAll checks passed.');

async function play(stage: Stage, syncer: Syncer): Promise<void> {
  await installIstioKinds(serverOf('mesh1'));
  held(`${stage.bare}, and API servers at ${members.map(serverOf).join(', ')}`);
  await firstPush(stage, syncer);
  await newImage(stage, syncer);
  await handEdit(syncer);
  await pruneRatings(stage, syncer);
}

function serverOf(member: string): string {
  const server = stage.sandbox.servers.get(member);
  if (server === undefined) throw new Error(`no sandbox cluster ${member}`);
  return server;
}

/** Waits for `probe`, and fails early if the syncer exits. */
function wait<T>(syncer: Syncer, what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const gone = () =>
    syncer.process.exitCode === null ? undefined : `regatta sync exited ${syncer.process.exitCode}`;
  return eventually(what, probe, { gone });
}

async function firstPush(stage: Stage, syncer: Syncer): Promise<void> {
  step('git push: templates and policies, nothing rendered');
  quote(await push(stage, 'Bookinfo for two clusters and a mesh'));

  step('regatta sync --compile compiles, commits and rolls out');
  for (const [member, names] of Object.entries(expected)) {
    const rows = await wait(syncer, `the Deployments of ${member}`, () => readyRows(member, names));
    held(`${member} has exactly the expected Deployments, each 1/1: kubectl get deployment`);
    showTable(rows);
  }
  for (const plural of ['virtualservices', 'gateways']) {
    const rows = await wait(syncer, `${plural} on mesh1`, async () => {
      const table = await getTable(serverOf('mesh1'), `${mesh}/${plural}`);
      return table.length === 2 ? table : undefined;
    });
    held(`mesh1: kubectl get ${plural}`);
    showTable(rows);
  }
  await pull(stage);
  const { stdout } = await git(
    stage.work,
    'log',
    '-1',
    '--stat',
    '--stat-count=4',
    '--format=%h %an: %s%n%b',
  );
  held('the syncer committed and pushed:');
  for (const line of stdout.trim().split('\n')) quote(line);
}

/** Returns the table of Deployments if it contains exactly `names` and all are ready, else undefined. */
async function readyRows(
  member: string,
  names: readonly string[],
): Promise<readonly string[][] | undefined> {
  const table = await getTable(serverOf(member), deployments);
  const rows = table.slice(1);
  const found = rows.map(([name]) => name).sort();
  const complete = found.join() === [...names].sort().join();
  return complete && rows.every((row) => row[1] === '1/1') ? table : undefined;
}

async function newImage(stage: Stage, syncer: Syncer): Promise<void> {
  step('git push: a new image tag for reviews-v3');
  const file = join(stage.work, 'templates/reviews.yaml');
  const source = await readFile(file, 'utf8');
  const image = /examples-bookinfo-reviews-v3:1\.20\.3/;
  if (!image.test(source)) throw new Error(`${file} has no reviews-v3 image with tag 1.20.3`);
  await writeFile(file, source.replace(image, 'examples-bookinfo-reviews-v3:1.20.4'));
  quote(await push(stage, 'reviews-v3 1.20.4'));

  for (const member of Object.keys(expected)) {
    const image = await wait(syncer, `the new image on ${member}`, async () => {
      const object = await getObject<Deployment>(serverOf(member), `${deployments}/reviews-v3`);
      const found = object?.spec.template.spec.containers[0]?.image;
      return found?.endsWith(':1.20.4') ? found : undefined;
    });
    held(`${member} runs ${image}`);
  }
  await pull(stage);
}

async function handEdit(syncer: Syncer): Promise<void> {
  step('kubectl edit: a user scales reviews-v1 on member2 to 5');
  await editObject(serverOf('member2'), `${deployments}/reviews-v1`, { spec: { replicas: 5 } });
  const report = await wait(syncer, 'a report of the drift', async () =>
    syncer.lines.find((line) => /member2.*reviews-v1.*kubectl-edit.*replicas/.test(line)),
  );
  held(`the syncer reported the drift with its author and field: ${report.trim()}`);
  await wait(syncer, 'the correction', async () => {
    const object = await getObject<Deployment>(serverOf('member2'), `${deployments}/reviews-v1`);
    return object?.spec.replicas === 1 || undefined;
  });
  held('and corrected: reviews-v1 has 1 replica again');
}

async function pruneRatings(stage: Stage, syncer: Syncer): Promise<void> {
  step('git push: ratings is removed from the repository');
  for (const file of ['templates/ratings.yaml', 'policies/ratings-propagation.yaml']) {
    await rm(join(stage.work, file));
  }
  quote(await push(stage, 'Retire ratings'));

  await wait(syncer, 'ratings to be pruned', async () => {
    const left = await Promise.all([
      getObject(serverOf('member2'), `${deployments}/ratings-v1`),
      ...Object.keys(expected).map((member) =>
        getObject(serverOf(member), '/api/v1/namespaces/default/services/ratings'),
      ),
    ]);
    return left.every((object) => object === undefined) || undefined;
  });
  held('Deployment ratings-v1 is gone from member2, Service ratings from both members');
  const kept = (expected.member2 ?? []).filter((name) => name !== 'ratings-v1');
  const rows = await wait(syncer, 'the rest of member2', () => readyRows('member2', kept));
  showTable(rows);
}

async function lookAround({ bare, work, kubeconfig }: Stage): Promise<void> {
  step('Kept running until Ctrl-C. Look around:');
  say(`   export KUBECONFIG=${kubeconfig}`);
  say('   kubectl --context member1 get deployment,service,serviceaccount');
  say(
    '   kubectl --context member2 scale deployment reviews-v1 --replicas=5    # and see it corrected',
  );
  say('   kubectl --context mesh1 get virtualservices,gateways');
  say(`   cd ${work}    # the author's clone: git pull, edit, git commit, git push`);
  say(`   git clone ${bare} && cd fleet && git log --stat`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
