import { z } from 'zod';
import { policyRules, policyScope } from '#lib/shared/policy.ts';
import { rowsOf } from '../schemas.ts';
import { useApi } from '../use-api.ts';

export const policySchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  scope: policyScope,
  enabled: z.boolean(),
  rules: policyRules,
  updatedAt: z.number(),
  engineName: z.string().optional(),
});
export type PolicyShown = z.infer<typeof policySchema>;

const rows = rowsOf(policySchema);

export const usePolicies = () => useApi('/api/policies', rows);
