/**
 * `node scripts/record-mesh-dumps.ts`: records what a real istiod sends to the gateway and to the callers for the
 * configurations of test/mesh/dumps, for the engine `istio`. Needs `npm run cluster:install` and `npm run mesh:install`.
 */
import { writeFileSync } from 'node:fs';
import { BookinfoScenario } from '#test/mesh/bookinfo/scenario.ts';
import { bookinfoConfigurations, ruleConfigurations } from '#test/mesh/dumps/configurations.ts';
import { type ConfigDump, dumpsFile, packDumps } from '#test/mesh/dumps/dumps.ts';
import { recordDump } from '#test/mesh/dumps/record.ts';
import { RulesScenario } from '#test/mesh/rules/scenario.ts';

process.env.REGATTA_TEST_FLEET = 'real';
const dumps = [...(await ruleDumps()), ...(await bookinfoDumps())];
writeFileSync(dumpsFile, packDumps(dumps));
console.log(`${dumps.length} configurations in ${dumpsFile}`);

async function bookinfoDumps(): Promise<readonly ConfigDump[]> {
  const scenario = await BookinfoScenario.open(true);
  const clusters = { controlPlane: 'mesh1', members: ['member1', 'member2'] };
  const found: ConfigDump[] = [];
  try {
    for (const { name, change } of bookinfoConfigurations) {
      await scenario.commit(change(scenario.files));
      // One caller suffices: the others get the same configuration.
      found.push(
        await recordDump(
          name,
          scenario.mesh,
          clusters,
          ({ pod }) => pod.labels.istio !== undefined || pod.labels.app === 'productpage',
        ),
      );
      console.log(name);
    }
    return found;
  } finally {
    await scenario.close();
  }
}

async function ruleDumps(): Promise<readonly ConfigDump[]> {
  const scenario = await RulesScenario.open(true);
  const clusters = { controlPlane: 'member1', members: ['member1'] };
  const found: ConfigDump[] = [];
  try {
    for (const rows of ruleConfigurations()) {
      await scenario.apply(rows);
      const name = `matching rules, from ${rows[0]?.name} to ${rows.at(-1)?.name}`;
      found.push(await recordDump(name, scenario.mesh, clusters));
      console.log(name);
    }
    return found;
  } finally {
    await scenario.close();
  }
}
