import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AnsweredCheck, Questions } from '#io/checks/answer.ts';
import type { CheckRequest, ObjectCheck } from '#model/object-check.ts';

const check = (id: string): ObjectCheck => ({
  id,
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: id, namespace: 'shop' } },
});
const request = (...ids: readonly string[]): CheckRequest => ({
  release: '1.37',
  definitions: [],
  policies: [],
  namespaces: {},
  checks: ids.map(check),
});
const silent = (id: string): AnsweredCheck => ({ id, errors: [], warnings: [], notChecked: [] });

const tooLarge = {
  type: 'failed',
  fault: 'too-large',
  message: 'it needs too much memory',
} as const;

describe('a request to the engine', () => {
  it('skips only the object that overloads the engine', async () => {
    const questions = new Questions(async (call) => {
      const { checks } = call.request as CheckRequest;
      const ids = checks.map(({ id }) => id);
      if (ids.includes('huge')) return tooLarge;
      return { type: 'answered', answer: { results: ids.map(silent) }, randomBytes: 0 };
    });
    const answers = await questions.ask(request('a', 'b', 'huge', 'c'));
    assert.deepEqual(
      answers.map(({ id, failed }) => [id, failed]),
      [
        ['a', undefined],
        ['b', undefined],
        ['huge', 'it needs too much memory'],
        ['c', undefined],
      ],
    );
  });

  it('is not repeated indefinitely when the engine is broken', async () => {
    let asked = 0;
    const questions = new Questions(async () => {
      asked++;
      return tooLarge;
    });
    const ids = Array.from({ length: 500 }, (_, index) => `${index}`);
    const answers = await questions.ask(request(...ids));
    assert.equal(answers.filter(({ failed }) => failed !== undefined).length, 500);
    assert.equal(asked, 30);
  });

  it('reports each object as not checked when the engine rejects the request', async () => {
    const answer = { error: 'there is no release 1.99' };
    const questions = new Questions(async () => ({ type: 'answered', answer, randomBytes: 0 }));
    assert.deepEqual(
      (await questions.ask(request('a', 'b'))).map(({ failed }) => failed),
      [answer.error, answer.error],
    );
  });
});
