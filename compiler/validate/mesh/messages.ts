import type { IstioMessage } from '#model/istio-engine.ts';
import { describeObject } from '#model/object.ts';
import { resolveField } from '../field-path.ts';
import type { Finding, Findings } from '../findings.ts';
import { wordsOf } from '../refusals.ts';
import { livesElsewhere } from './elsewhere.ts';
import { fieldOf } from './fields.ts';
import { hintFor } from './hints.ts';
import type { MeshObjects } from './mesh-objects.ts';

/** Reports the messages of Istio's analyzers and validators at the fields that they are about. */
export function reportMessages(
  messages: readonly IstioMessage[],
  objects: MeshObjects,
  findings: Findings,
): void {
  const missing = new Set(messages.filter(({ code }) => code === notFound).map(placeOf));
  for (const message of messages) {
    const subject = objects.subjectOf(message);
    const isConsequence = message.code === notInGateway && missing.has(placeOf(message));
    if (subject === undefined || isConsequence || livesElsewhere(message, objects)) continue;
    const { object, within, on } = subject;
    const path = fieldOf(message, object);
    const field = path === '' ? '' : `${within}${path}`;
    const words = `${message.code}: ${message.message.replace(/\.$/, '')}`;
    findings.add({
      code: 'mesh/istio',
      severity: severityOf(message),
      message: `${describeObject(object)}: ${wordsOf({ field, message: words }, object)}`,
      pointer: resolveField(field, object).pointer,
      hint: hintFor(message, object, objects),
      on,
    });
  }
}

const notFound = 'IST0101';

/** A host that the Gateway lacks. Istio reports it of a missing Gateway, too. */
const notInGateway = 'IST0132';

function placeOf({ object, fieldPath }: IstioMessage): string {
  return JSON.stringify([object?.kind, object?.namespace, object?.name, fieldPath]);
}

/**
 * Returns an error only for what Istio's webhook refuses. It accepts anything else, although requests may fail. Advice about a sound
 * configuration is a note.
 */
function severityOf({ code, level, message }: IstioMessage): Finding['severity'] {
  const isAdvice = code === 'IST0140' || /exposes internal implementation details/.test(message);
  if (level === 'Info' || isAdvice) return 'note';
  return code === 'IST0106' ? 'error' : 'warning';
}
