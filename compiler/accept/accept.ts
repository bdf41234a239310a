import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import { type Diagnostic, once, type Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { Locate } from '#model/source.ts';
import { type Acceptance, faultOfCode, invalid, isCovered } from './acceptance.ts';
import { annotatedAcceptances } from './annotated.ts';

/** Diagnostics, divided into those that are to correct and those that the sources accept. */
export interface Judged {
  readonly open: readonly Diagnostic[];
  readonly accepted: readonly AcceptedDiagnostic[];
}

/** The sources that may accept warnings. */
export interface AcceptingSources {
  readonly files: FileMap;
  readonly settings: FleetSettings;
  readonly settingsAt: Locate;
  /** Whether everything was validated, so that each code could occur. */
  readonly isValidated: boolean;
}

/**
 * Divides diagnostics by what the sources accept, which is never an error. Adds the faults of acceptances: a missing
 * reason, an unknown code, the code of an error, and a code that did not occur.
 */
export function judgeAccepted(found: readonly Diagnostic[], sources: AcceptingSources): Judged {
  const faults: Diagnostic[] = [];
  // Several errors may have the code of one acceptance.
  const report = once((fault) => faults.push(fault));
  const acceptances = readAcceptances(sources, report);
  if (acceptances.length === 0) return { open: [...found, ...faults], accepted: [] };
  const used = new Set<Acceptance>();
  const accepted: AcceptedDiagnostic[] = [];
  const open = found.filter((one) => {
    const matching = acceptances.filter(({ code }) => code === one.code);
    const own = matching.filter((acceptance) => isCovered(one.at, acceptance));
    for (const acceptance of own) used.add(acceptance);
    const [first] = own;
    if (first === undefined) return true;
    if (one.severity !== 'error') {
      accepted.push({ ...one, acceptance: { reason: first.reason, at: first.at } });
      return false;
    }
    report(errorFault(first));
    return true;
  });
  const hasErrors = [...open, ...faults].some(({ severity }) => severity === 'error');
  if (!hasErrors) unusedIn(acceptances, used, sources).forEach(report);
  return { open: [...open, ...faults], accepted };
}

function readAcceptances(
  { files, settings, settingsAt }: AcceptingSources,
  report: Report,
): readonly Acceptance[] {
  const own = settings.accept.map(({ code, path, reason }, index): Acceptance => {
    const at = settingsAt(`/spec/accept/${index}`);
    const covers = [{ path: path === '.' ? '' : path }];
    return { code, reason, at, by: `Fleet: spec.accept[${index}]`, covers };
  });
  return [...own, ...annotatedAcceptances(files, settings, report)].filter((acceptance) => {
    const fault = faultOfCode(acceptance);
    if (fault !== undefined) report(fault);
    return fault === undefined;
  });
}

function errorFault({ code, at, by }: Acceptance): Diagnostic {
  return invalid(at, {
    message: `${by} accepts ${code}, but ${code} is an error here, and errors cannot be accepted`,
    hint: 'correct the error, and remove this line',
  });
}

/** Warns of acceptances without effect. Only a complete validation shows that a code does not occur. */
function unusedIn(
  acceptances: readonly Acceptance[],
  used: ReadonlySet<Acceptance>,
  { isValidated }: AcceptingSources,
): readonly Diagnostic[] {
  return acceptances
    .filter((one) => !used.has(one) && (isValidated || !one.code.startsWith('validate/')))
    .map(({ code, at, by }) => ({
      code: 'accept/unused',
      severity: 'warning',
      message: `${by} accepts ${code}, which does not occur there`,
      at,
      hint: 'remove it, so that it does not hide a later warning',
    }));
}
