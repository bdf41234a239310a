/**
 * `npm run audit`: asks the registry for advisories on every package of the lock file, because the
 * bundle contains development dependencies. Exits with 1 for an advisory of level high or critical. A registry
 * that has no audit endpoint is reported and does not fail the run.
 */
import { spawnSync } from 'node:child_process';

interface AuditReport {
  readonly auditReportVersion?: number;
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
const report = JSON.parse(stdout) as AuditReport;
if (report.auditReportVersion === undefined) {
  console.warn(`NOT AUDITED: the registry did not answer the audit request: ${report.message}`);
} else {
  const severe = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
    ['high', 'critical'].includes(severity),
  );
  for (const [name, { severity }] of severe) console.error(`${name}: ${severity} advisory`);
  console.log(`npm audit: ${severe.length} packages with an advisory of level high or critical`);
  process.exitCode = severe.length === 0 ? 0 : 1;
}
