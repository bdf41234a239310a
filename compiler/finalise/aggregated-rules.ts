import { isAggregated } from '#model/aggregation.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/** Warns of ClusterRoles with both an aggregationRule and rules, because the rules have no effect. */
export function reportAggregatedRules(templates: readonly Sourced[], report: Report): void {
  for (const { object, at } of templates) {
    const { rules } = object;
    if (!isAggregated(object) || !Array.isArray(rules) || rules.length === 0) continue;
    report({
      code: 'finalise/aggregated-rules',
      severity: 'warning',
      message: `${describeObject(object)} has an aggregationRule, so the control plane sets its rules and the syncer does not apply those of the manifest`,
      at: at('/rules'),
      hint: 'move the rules to a ClusterRole that the aggregationRule selects',
    });
  }
}
