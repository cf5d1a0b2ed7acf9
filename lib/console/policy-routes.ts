import { z } from 'zod';
import { judgeByPolicies, policiesFor } from '#lib/authz/create-policy.ts';
import { classify } from '#lib/gateway/classify.ts';
import { inspect } from '#lib/gateway/inspect.ts';
import { policyFactsOfContainer } from '#lib/gateway/policy.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import {
  type Policy,
  type PolicyFacts,
  policyInput,
  policyRules,
  policyScope,
  type Violation,
} from '#lib/shared/policy.ts';
import { changeRoute, readRoute } from './route.ts';
import { settleScope } from './show-grants.ts';

const updateBody = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  scope: policyScope.optional(),
  enabled: z.boolean().optional(),
  rules: policyRules.optional(),
});
const tryBody = z.strictObject({
  /** A draft; absent: the policies in force on the engine. */
  rules: policyRules.optional(),
  engine: z.string().max(63).optional(),
  /** The body of `POST /containers/create`, or what `docker inspect` says of a container. */
  request: z.unknown(),
});

const target = ({ id, name }: Pick<Policy, 'id' | 'name'>) => [{ kind: 'policy', id, name }];

/** A policy with the name that people know its engine by. */
function show({ engines }: Runtime, policy: Policy) {
  const { kind, value } = policy.scope;
  return { ...policy, ...(kind === 'engine' ? { engineName: engines.find(value)?.name ?? '' } : {}) };
}

/** What may be created and changed, above all roles. Whoever manages grants or reads the trail may read them. */
export const policyRoutes = {
  list: readRoute({
    allow: ['console.settings', 'console.grants', 'console.audit'],
    handle: async ({ runtime }) => ({ rows: (await runtime.policies.list()).map((policy) => show(runtime, policy)) }),
  }),
  create: changeRoute({
    allow: 'console.settings',
    body: policyInput,
    describe: ({ body }) => ({
      targets: target({ id: body.name, name: body.name }),
      params: { action: 'create', ...body },
    }),
    handle: async ({ runtime, body }) => show(runtime, await runtime.policies.create(settleScope(runtime, body))),
  }),
  update: changeRoute({
    allow: 'console.settings',
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: target(await runtime.policies.get(id)),
      params: { action: 'update', ...body },
    }),
    handle: async ({ runtime, id, body }) => {
      const { scope, ...rest } = body;
      const settled = scope ? { ...rest, ...settleScope(runtime, { scope }) } : rest;
      return show(runtime, await runtime.policies.update(id, settled));
    },
  }),
  remove: changeRoute({
    allow: 'console.settings',
    describe: async ({ runtime, id }) => {
      const policy = await runtime.policies.get(id);
      return { targets: target(policy), params: { action: 'remove', rules: policy.rules, scope: policy.scope } };
    },
    handle: ({ runtime, id }) => runtime.policies.remove(id),
  }),
  /** Which rules would refuse a container; nothing is made. */
  try: readRoute({
    allow: 'console.settings',
    body: tryBody,
    handle: async ({ runtime, body }): Promise<{ violations: Violation[] }> => {
      const policies = body.rules ? [draftOf(body.rules)] : await inForce(runtime, body.engine ?? '');
      return { violations: judgeByPolicies(policies, factsOf(body.request)) };
    },
  }),
};

function draftOf(rules: Policy['rules']): Policy {
  const scope = { kind: 'all', value: '' } as const;
  return { id: '', name: 'this policy', description: '', scope, enabled: true, rules, createdAt: 0, updatedAt: 0 };
}

async function inForce({ policies, engines }: Runtime, name: string): Promise<Policy[]> {
  const engine = engines.find(name);
  if (!engine) throw appError('bad-request', 'On which engine? Give engine, or rules.');
  return policiesFor(await policies.list(), engine);
}

/** By the same code as the door's: what is pasted is read as a request would be. */
function factsOf(request: unknown): PolicyFacts {
  const [first] = Array.isArray(request) ? request : [request];
  if (typeof first !== 'object' || first === null) {
    throw appError(
      'bad-request',
      'Paste the JSON of a container: what is sent to create it, or what docker inspect says.',
    );
  }
  if ('Id' in first && 'HostConfig' in first) return policyFactsOfContainer(first);
  const { hostAccess, facts, made } = inspect(
    classify('POST', '/containers/create', ''),
    Buffer.from(JSON.stringify(first)),
  );
  return { facts: [...hostAccess, ...facts], ...(made ? { made } : {}) };
}
