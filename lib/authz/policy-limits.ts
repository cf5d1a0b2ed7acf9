import type { MadeFacts, PolicyRules } from '#lib/shared/policy.ts';
import { parseSelector } from './resource-scope.ts';

/** What is wrong with the limits and labels that something is made with. An update may leave out what it does not change. */
export function judgeMade(
  made: MadeFacts,
  rules: PolicyRules,
): { rule: 'memory' | 'cpus' | 'labels'; field: string; wrong: string }[] {
  const memory =
    rules.memory && judgeLimit(made.memory, made.what, rules.memory.maxBytes, 'memory', (n) => `${n} bytes`);
  const cpus = rules.cpus && judgeLimit(made.cpus, made.what, rules.cpus.max, 'processor', (n) => `${n} CPUs`);
  return [
    ...(memory ? [{ rule: 'memory' as const, field: made.fields.memory, wrong: memory }] : []),
    ...(cpus ? [{ rule: 'cpus' as const, field: made.fields.cpus, wrong: cpus }] : []),
    ...(made.what === 'update' ? [] : missingLabels(made, rules.labels ?? [])),
  ];
}

function judgeLimit(
  asked: number | 'none' | 'unclear' | undefined,
  what: MadeFacts['what'],
  max: number | undefined,
  noun: string,
  show: (limit: number) => string,
): string | undefined {
  if (asked === 'unclear')
    return `the ${noun} limit depends on what stands there: give quota and period together; this is refused`;
  if (asked === 'none' || (asked === undefined && what !== 'update')) {
    return `a ${noun} limit${max === undefined ? '' : ` of at most ${show(max)}`} is required`;
  }
  if (asked === undefined || max === undefined || asked <= max) return undefined;
  return `a ${noun} limit of ${show(asked)} is more than the ${show(max)} allowed`;
}

function missingLabels({ labels, fields }: MadeFacts, required: readonly string[]) {
  return required.flatMap((selector) => {
    const { key, value } = parseSelector(selector);
    const has = Object.hasOwn(labels, key) && labels[key] !== '' && (value === undefined || labels[key] === value);
    return has ? [] : [{ rule: 'labels' as const, field: fields.labels, wrong: `the label ${selector} is required` }];
  });
}
