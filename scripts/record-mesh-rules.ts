/**
 * `node scripts/record-mesh-rules.ts`: records how a real Envoy that a real istiod configures answers the requests of
 * test/mesh/fixtures/rules, for `regatta traffic`. Needs `npm run cluster:install` and `npm run mesh:install`.
 */
import { writeFileSync } from 'node:fs';
import { answersFile } from '#test/mesh/rules/answers.ts';
import { ruleRows } from '#test/mesh/rules/rows.ts';
import { RulesScenario } from '#test/mesh/rules/scenario.ts';

process.env.REGATTA_TEST_FLEET = 'real';
const scenario = await RulesScenario.open();
try {
  await scenario.apply(ruleRows());
  const answers = await scenario.measure(ruleRows());
  for (const line of await scenario.mesh.rejections()) console.error(line);
  writeFileSync(answersFile, `${JSON.stringify(answers, undefined, 1)}\n`);
  console.log(`${Object.keys(answers).length} rows in ${answersFile}`);
} finally {
  await scenario.close();
}
