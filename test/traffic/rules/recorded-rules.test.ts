import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type RuleAnswer, type RuleResult, recordedAnswers } from '#test/mesh/rules/answers.ts';
import { ruleRows } from '#test/mesh/rules/rows.ts';
import {
  type Predicted,
  type PredictedShare,
  type Proxies,
  predict,
  proxiesOf,
} from './predict.ts';

/** Four standard deviations of a share of 600 requests. */
const tolerance = 0.082;

describe('the prediction of requests against the answers of a real Envoy', () => {
  const rows = ruleRows();
  const answers = recordedAnswers();
  let proxies: Proxies;
  before(async () => {
    proxies = await proxiesOf(rows);
  });

  it('has at least 114 recorded rows', () => {
    assert.ok(rows.length >= 114);
    assert.deepEqual(rows.map(({ name }) => name).toSorted(), Object.keys(answers).toSorted());
  });

  for (const { name, requests } of rows) {
    it(`M2: predicts what Envoy answered: ${name}`, () => {
      for (const [index, request] of requests.entries()) {
        const recorded = answers[name]?.[index]?.results.map(comparable) ?? [];
        const predicted = predict(proxies, request).map(plain).toSorted(byResult);
        const about = JSON.stringify(request);
        assert.deepEqual(predicted.map(resultOf), recorded.toSorted(byResult).map(resultOf), about);
        for (const [place, { share }] of recorded.toSorted(byResult).entries()) {
          const difference = Math.abs((predicted[place]?.share ?? 0) - share);
          assert.ok(difference <= tolerance, `the shares of ${about} differ by ${difference}`);
        }
      }
    });
  }
});

/**
 * Returns what a recorded answer and a prediction both have. Left out are bodies and changed headers, except the target of a
 * redirect and the status of gRPC: `regatta traffic` shows where requests go, not what they carry.
 */
function comparable({ result, share }: RuleAnswer['results'][number]): PredictedShare {
  const { status, pod, path, host, mirrors = [], responseHeaders = {} } = result as RuleResult;
  const { location, 'grpc-status': grpcStatus } = responseHeaders;
  return plain({ result: { status, pod, path, host, mirrors, location, grpcStatus }, share });
}

/** Returns a prediction without fields that have no value. */
function plain({ result, share }: PredictedShare): PredictedShare {
  const { mirrors = [], ...fields } = result;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { result: { ...(Object.fromEntries(given) as unknown as Predicted), mirrors }, share };
}

function resultOf({ result }: PredictedShare): Predicted {
  return result;
}

function byResult(a: PredictedShare, b: PredictedShare): number {
  const [left, right] = [a, b].map(({ result: { pod = '', status } }) => `${status} ${pod}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
