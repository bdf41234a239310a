import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isReal } from '#test/fleet.ts';
import { predict } from './predict.ts';
import { BookinfoScenario } from './scenario.ts';
import { compare, pointsOf, tableOf } from './shares.ts';
import { brokenSteps, plannedSteps, type Step } from './steps.ts';

describe('Bookinfo through real Envoys that istiod configures', () => {
  assert.ok(isReal, 'this suite needs real parts: npm run test:mesh');
  let scenario: BookinfoScenario;
  before(async () => {
    scenario = await BookinfoScenario.open();
  });
  after(() => scenario?.close());

  async function run(step: Step): Promise<void> {
    const { headers, requests, points, expected, status = 200 } = step;
    await scenario.commit(step.change(scenario.files));
    const predicted = await predict(scenario.repo.checkout, headers);
    const { shares, statuses } = await scenario.measure(requests, headers);
    const rows = compare(predicted, shares);
    console.log(tableOf(step.name, 'predicted', rows));
    for (const row of rows) {
      assert.ok(pointsOf(row) <= points, `${row.name} differs: ${JSON.stringify(row)}`);
    }
    for (const row of compare(expected, predicted)) {
      assert.ok(pointsOf(row) < 0.1, `the prediction is wrong: ${JSON.stringify(row)}`);
    }
    assert.deepEqual(statuses, [status]);
    assert.deepEqual(await scenario.mesh.rejections(), []);
  }

  for (const step of plannedSteps)
    it(`splits requests as predicted: ${step.name}`, () => run(step));
  for (const step of brokenSteps) it(`breaks as predicted: ${step.name}`, () => run(step));
});
