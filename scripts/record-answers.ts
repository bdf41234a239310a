/**
 * `node scripts/record-answers.ts [SEED SHARE FILE]`: records how a real kube-apiserver answers the
 * cases of test/recorded, for the tests of the engine that replaces it. Needs `npm run cluster:install`.
 * Without arguments it updates the recorded set of this repository.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ApiClient } from '#test/api/client.ts';
import { startBed } from '#test/bed/bed.ts';
import { caseGroups } from '#test/recorded/cases.ts';
import { answersFile, recordedSelection } from '#test/recorded/recorded.ts';
import { Recorder } from '#test/recorded/recorder.ts';

const [seed = recordedSelection.seed, share = String(recordedSelection.share), file = answersFile] =
  process.argv.slice(2);
const groups = caseGroups({ seed, share: Number(share) });
const bed = await startBed({ members: ['member1'] });
try {
  const client = ApiClient.of(bed.kubeconfig, 'member1');
  const answers = await new Recorder(client).record(groups);
  client.close();
  const lines = answers.map((answer) => JSON.stringify(answer)).join('\n');
  writeFileSync(resolve(file), gzipSync(`${lines}\n`, { level: 9 }));
  const refused = answers.filter(({ status }) => status >= 300).length;
  console.log(`${answers.length} answers, ${refused} of them refusals, in ${file}`);
} finally {
  await bed.close();
}
