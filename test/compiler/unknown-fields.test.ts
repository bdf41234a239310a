import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLaterFaults, withoutUnknownFields } from '#compiler/validate/unknown-fields.ts';
import type { CheckAnswer, ObjectCheck } from '#model/object-check.ts';

const check: ObjectCheck = {
  id: '1',
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'a' }, { name: 'web', imagee: 'x', 'a.b': 1 }], hostt: 'y' },
  },
};

/** Returns the answer of a field manager that found these faults. */
function answerOf(...faults: readonly string[]): CheckAnswer {
  const text = faults.length > 1 ? `errors:\n  ${faults.join('\n  ')}` : faults.join('');
  const message = `failed to create typed patch object (/web; /v1, Kind=Pod): ${text}`;
  return { errors: [{ field: '', type: '', message }], warnings: [], notChecked: [] };
}

describe('A check of an object with unknown fields', () => {
  it('is repeated without each field that the answer reports', () => {
    const answer = answerOf(
      '.spec.containers[name="web"].imagee: field not declared in schema',
      '.spec.hostt: field not declared in schema',
    );
    const next = withoutUnknownFields(check, answer);
    assert.deepEqual(next?.object['spec'], {
      containers: [{ name: 'a' }, { name: 'web', 'a.b': 1 }],
    });
    assert.notEqual(next?.id, check.id);
    assert.ok('hostt' in (check.object['spec'] as object), 'the object itself is unchanged');
  });

  it('is not repeated when the answer reports other faults, or a field that the object lacks', () => {
    assert.equal(
      withoutUnknownFields(check, answerOf('.spec: expected list, got &{a}')),
      undefined,
    );
    const missing = answerOf('.spec.other: field not declared in schema');
    assert.equal(withoutUnknownFields(check, missing), undefined);
  });

  it('gets the schema faults of the later answer, each once and in order, and no other errors', () => {
    const first = answerOf(
      '.spec.hostt: field not declared in schema',
      '.spec.b: duplicate entries',
    );
    const later = answerOf('.spec.a: expected string, got &{1}', '.spec.b: duplicate entries');
    const merged = withLaterFaults(first, {
      ...later,
      errors: [...later.errors, { field: 'spec.image', type: '', message: 'Required value' }],
    });
    assert.deepEqual(merged.errors, [
      {
        field: '',
        type: '',
        message:
          'failed to create typed patch object (/web; /v1, Kind=Pod): errors:\n.spec.a: expected string, got &{1}\n.spec.b: duplicate entries\n.spec.hostt: field not declared in schema',
      },
    ]);
  });
});
