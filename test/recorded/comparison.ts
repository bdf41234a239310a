import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { caseGroups } from './cases.ts';
import { readAnswers, recordedSelection } from './recorded.ts';
import type { RecordedAnswer } from './recorder.ts';
import { type Comparison, engineCauses, recordedCauses, replay } from './replay.ts';

/**
 * Refusals that follow from the state of a cluster, which no repository has. The recording cluster
 * has no controller that binds claims; the engine assumes that they are bound.
 */
const fromState: readonly RegExp[] = [
  /no PriorityClass with name .* was found/,
  /RuntimeClass .* not found/,
  /error looking up service account/,
  /is not configured on this cluster/,
  /cluster is not configured for dual-stack/,
  /spec is immutable after creation except resources.requests and volumeAttributesClassName/,
];

/** Compares the answers of the Kubernetes engine with recorded answers of a kube-apiserver. */
export function compareWithRecorded(answers: readonly RecordedAnswer[]): void {
  const pool = new EnginePool({ workers: 1 });
  let comparisons: readonly Comparison[] = [];

  before(async () => {
    const known = new Map(answers.map((answer) => [answer.id, answer]));
    const groups = caseGroups(recordedSelection);
    comparisons = await replay(pool, groups, known);
    assert.equal(comparisons.length, known.size, 'every recorded case is still generated');
  });
  after(() => pool.close());

  it('EN18: the recorded set has at least 800 objects, both accepted and refused', () => {
    const recorded = readAnswers();
    const refused = recorded.filter(({ status }) => status >= 300).length;
    assert.ok(recorded.length >= 800, `${recorded.length} cases`);
    assert.ok(refused >= 300 && recorded.length - refused >= 300, `${refused} refusals`);
  });

  it('EN18: refuses no object that the API server accepts', () => {
    const alarms = comparisons.filter(
      ({ recorded, engine }) => recorded.status < 300 && engine.errors.length > 0,
    );
    assert.deepEqual(alarms.map(said), []);
  });

  it('EN18b: finds every refusal except those that follow from the state of the cluster', () => {
    const missed = comparisons.filter(
      ({ recorded, engine }) =>
        recorded.status >= 300 && engine.errors.length === 0 && !isFromState(recorded.message),
    );
    assert.deepEqual(missed.map(said), []);
  });

  it('EN20: refuses with the fields, types and messages of the API server', () => {
    const different = comparisons.filter(
      ({ recorded, engine }) =>
        recorded.status >= 300 &&
        !isFromState(recorded.message) &&
        comparable(recordedCauses(recorded)) !== comparable(engineCauses(engine)),
    );
    assert.deepEqual(different.map(said), []);
  });

  it('EN18: gives the warnings of the API server', () => {
    const different = comparisons.filter(({ recorded, engine }) => {
      const heard = engine.warnings.map(({ message }) => message);
      return heard.toSorted().join('\n') !== (recorded.warnings ?? []).toSorted().join('\n');
    });
    assert.deepEqual(different.map(said), []);
  });
}

function isFromState(message: string | undefined): boolean {
  return fromState.some((pattern) => message !== undefined && pattern.test(message));
}

/** Returns the causes in a fixed order, without the UIDs that the API server generates. */
function comparable(causes: readonly string[]): string {
  const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return causes
    .map((cause) => cause.replaceAll(uid, 'UID'))
    .toSorted()
    .join('\n');
}

/** Returns the lines that show a difference: the case and both answers. */
function said({ recorded, engine }: Comparison): string {
  const server = recordedCauses(recorded).join('; ') || 'accepts';
  const own = engineCauses(engine).join('; ') || 'accepts';
  return `${recorded.id}\n  API server: ${server}\n  engine: ${own} ${engine.notChecked.join('; ')}`;
}
