import type { Quantity } from '#model/cluster.ts';
import { isFieldMap } from '#model/object.ts';
import { formatBinary, formatDecimal, parseQuantity } from '#model/quantity.ts';
import type { HostFunction, HostResult } from '#model/script.ts';
import { withoutEmpty } from './fields.ts';
import { shaped } from './interpreted.ts';
import { podTemplate } from './pod-spec.ts';
import { podReferences } from './references.ts';
import { podRequirements } from './requirements.ts';

/**
 * The functions of the module `kube` that interpreter scripts may require.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/customized/declarative/luavm/kube.go.
 */
export const kubeLibrary: Readonly<Record<string, HostFunction>> = {
  accuratePodRequirements: (template) => {
    if (!isTable(template)) return failed('accuratePodRequirements needs a pod template');
    const read = shaped(podTemplate, withoutEmpty(asMap(template)));
    if (read.type === 'failed') return failed(`accuratePodRequirements: ${read.message}`);
    return returned(podRequirements(read.value.spec, undefined));
  },

  getPodDependencies: (template, namespace = 'default') => {
    if (!isTable(template)) return failed('getPodDependencies needs a pod template');
    const references = podReferences(template, String(namespace));
    return returned(references.length === 0 ? undefined : references);
  },

  getResourceQuantity: (quantity) => {
    const amount = amountOf(quantity);
    if (amount === undefined || amount < 0n) return noQuantity('getResourceQuantity', quantity);
    return returned(Number(amount) / 1e9);
  },

  resourceAdd: (...quantities) => {
    const amounts = quantities.map(amountOf);
    const odd = amounts.indexOf(undefined);
    if (odd >= 0) return noQuantity('resourceAdd', quantities[odd]);
    const sum = amounts.reduce<bigint>((total, amount) => total + (amount ?? 0n), 0n);
    const first = quantities.find((_, index) => amounts[index] !== 0n);
    return returned(/i$/.test(String(first)) ? formatBinary(sum) : formatDecimal(sum));
  },
};

function returned(value: unknown): HostResult {
  return { type: 'returned', value };
}

function failed(message: string): HostResult {
  return { type: 'failed', message };
}

function noQuantity(name: string, value: unknown): HostResult {
  return failed(`${name}: ${JSON.stringify(value) ?? 'nil'} is not a quoted quantity`);
}

/** Returns a quantity in billionths; 0 for nil. */
function amountOf(quantity: unknown): bigint | undefined {
  if (quantity === undefined) return 0n;
  return typeof quantity === 'string' ? parseQuantity(quantity satisfies Quantity) : undefined;
}

function isTable(value: unknown): boolean {
  return typeof value === 'object';
}

/** Returns a map; an empty table may have been one. */
function asMap(value: unknown): unknown {
  return isFieldMap(value) ? value : {};
}
