import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isReal } from '#test/fleet.ts';
import { type RuleAnswer, type RuleAnswers, recordedAnswers } from './answers.ts';
import { ruleRows } from './rows.ts';
import { RulesScenario } from './scenario.ts';

/** Four standard deviations of a share of 600 requests, for recorded and measured shares alike. */
const tolerance = 0.11;

describe('Istio’s matching rules, answered by a real Envoy', () => {
  assert.ok(isReal, 'this suite needs real parts: npm run test:mesh');
  const rows = ruleRows();
  const recorded = recordedAnswers();
  let scenario: RulesScenario;
  let measured: RuleAnswers;
  before(async () => {
    scenario = await RulesScenario.open();
    await scenario.apply(rows);
    measured = await scenario.measure(rows);
  });
  after(() => scenario?.close());

  it('has an answer for each of at least 60 rows', () => {
    assert.ok(rows.length >= 60);
    assert.deepEqual(Object.keys(recorded).toSorted(), rows.map(({ name }) => name).toSorted());
  });

  it('sends configuration that Envoy accepts', async () => {
    assert.deepEqual(await scenario.mesh.rejections(), []);
  });

  for (const { name } of rows) {
    it(`answers as recorded: ${name}`, () => {
      const [actual, expected] = [measured[name] ?? [], recorded[name] ?? []];
      assert.deepEqual(actual.map(resultsOf), expected.map(resultsOf));
      for (const [index, { results }] of actual.entries()) {
        for (const [place, { share }] of results.entries()) {
          const wanted = expected[index]?.results[place]?.share ?? 0;
          assert.ok(Math.abs(share - wanted) <= tolerance, `${share} is not about ${wanted}`);
        }
      }
    });
  }
});

function resultsOf({ results }: RuleAnswer): readonly unknown[] {
  return results.map(({ result }) => result);
}
