import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { caseGroups } from '#test/recorded/cases.ts';
import { readAnswers, recordedSelection } from '#test/recorded/recorded.ts';
import { type Comparison, engineCauses, recordedCauses, replay } from '#test/recorded/replay.ts';

/**
 * Refusals that follow from what a cluster has and a repository does not. Claims of the recording
 * cluster are not bound, since nothing there binds them; the engine takes them to be bound.
 */
const fromState: readonly RegExp[] = [
  /no PriorityClass with name .* was found/,
  /RuntimeClass .* not found/,
  /error looking up service account/,
  /is not configured on this cluster/,
  /cluster is not configured for dual-stack/,
  /spec is immutable after creation except resources.requests and volumeAttributesClassName/,
];

describe('the Kubernetes engine beside the recorded answers of a kube-apiserver', () => {
  const pool = new EnginePool({ workers: 1 });
  let comparisons: readonly Comparison[] = [];

  before(async () => {
    const answers = new Map(readAnswers().map((answer) => [answer.id, answer]));
    const groups = caseGroups(recordedSelection);
    comparisons = await replay(pool, groups, answers);
    assert.equal(comparisons.length, answers.size, 'every recorded case is still generated');
  });
  after(() => pool.close());

  it('EN18: the recorded set has at least 800 objects, both accepted and refused', () => {
    const refused = comparisons.filter(({ recorded }) => recorded.status >= 300).length;
    assert.ok(comparisons.length >= 800, `${comparisons.length} cases`);
    assert.ok(refused >= 300 && comparisons.length - refused >= 300, `${refused} refusals`);
  });

  it('EN18: no object is refused that the API server accepts', () => {
    const alarms = comparisons.filter(
      ({ recorded, engine }) => recorded.status < 300 && engine.errors.length > 0,
    );
    assert.deepEqual(alarms.map(said), []);
  });

  it('EN18b: every refusal is found but those that follow from the state of the cluster', () => {
    const missed = comparisons.filter(
      ({ recorded, engine }) =>
        recorded.status >= 300 && engine.errors.length === 0 && !isFromState(recorded.message),
    );
    assert.deepEqual(missed.map(said), []);
  });

  it('EN20: the fields, types and messages of refusals are those of the API server', () => {
    const different = comparisons.filter(
      ({ recorded, engine }) =>
        recorded.status >= 300 &&
        !isFromState(recorded.message) &&
        comparable(recordedCauses(recorded)) !== comparable(engineCauses(engine)),
    );
    assert.deepEqual(different.map(said), []);
  });

  it('EN18: the warnings are those of the API server', () => {
    const different = comparisons.filter(({ recorded, engine }) => {
      const heard = engine.warnings.map(({ message }) => message);
      return heard.toSorted().join('\n') !== (recorded.warnings ?? []).toSorted().join('\n');
    });
    assert.deepEqual(different.map(said), []);
  });
});

function isFromState(message: string | undefined): boolean {
  return fromState.some((pattern) => message !== undefined && pattern.test(message));
}

/** Causes in any order, without the UIDs that the API server makes up. */
function comparable(causes: readonly string[]): string {
  const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return causes
    .map((cause) => cause.replaceAll(uid, 'UID'))
    .toSorted()
    .join('\n');
}

/** One line for a message: the case, and what each of the two says. */
function said({ recorded, engine }: Comparison): string {
  const server = recordedCauses(recorded).join('; ') || 'accepts';
  const own = engineCauses(engine).join('; ') || 'accepts';
  return `${recorded.id}\n  API server: ${server}\n  engine: ${own} ${engine.notChecked.join('; ')}`;
}
