/**
 * `node scripts/record-broken-meshes.ts`: records what the real `istioctl analyze` and `istioctl validate` say about the
 * configurations of test/cli/broken-meshes, for the comparison with `regatta lint`. Needs `npm run mesh:install`.
 */
import { writeFileSync } from 'node:fs';
import { answersFile, askIstioctl } from '#test/cli/broken-meshes/istioctl.ts';
import { findParts } from '#test/mesh/parts/parts.ts';

const answers = await askIstioctl(findParts().istioctl);
writeFileSync(answersFile, `${JSON.stringify(answers, undefined, 1)}\n`);
console.log(`${Object.keys(answers).length} cases in ${answersFile}`);
