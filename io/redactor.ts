import { Redactor } from '#model/redaction.ts';

/**
 * The redactor of this process. Whatever opens or reads a secret remembers it here, and every way out of the
 * process passes its texts through here: the output, the log, events, notifications, traces.
 */
export const redactor: Redactor = new Redactor();
