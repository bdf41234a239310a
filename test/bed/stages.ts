import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stages of kwok that a test bed uses, below `kustomize/stage` in the module of kwok. */
const stages = [
  'node/fast/node-initialize',
  'node/heartbeat-with-lease/node-heartbeat-with-lease',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
];

/** A pod with this label stays Pending indefinitely, whatever the value. */
const neverReadyLabel = 'testbed/never-ready';

const selectorHead = '    matchExpressions:\n';
const unlessNeverReady = `${selectorHead}    - key: '.metadata.labels["${neverReadyLabel}"]'\n      operator: 'DoesNotExist'\n`;

/** Returns kwok's configuration, one YAML document for each stage, from the folder of its Go module. */
export async function composeStages(kwokModule: string): Promise<string> {
  const documents = stages.map(async (stage) => {
    const text = await readFile(join(kwokModule, 'kustomize', 'stage', `${stage}.yaml`), 'utf8');
    return stage === 'pod/fast/pod-ready' ? sparing(text, stage) : text;
  });
  return (await Promise.all(documents)).map((text) => `---\n${text}`).join('');
}

function sparing(text: string, stage: string): string {
  if (!text.includes(selectorHead)) throw new Error(`kwok's stage ${stage} has no selector`);
  return text.replace(selectorHead, unlessNeverReady);
}
