import { judgeByPolicies, policiesFor } from '#lib/authz/create-policy.ts';
import type { EngineRef, ScopeObject } from '#lib/shared/access.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Fact, Policy, PolicyFacts, Violation } from '#lib/shared/policy.ts';
import { type Classified, queryValue } from './classified.ts';
import { containerHostAccess } from './host-access.ts';
import { addFact, asPlain, asText, newFindings } from './inspect/findings.ts';
import { containerMade } from './inspect/made.ts';
import { inspectPortBindings } from './inspect/ports.ts';
import type { Inspected } from './inspected.ts';
import type { Resolved } from './resolve.ts';

/** The part of the policy room that the door needs: what is in force now, read anew each time. */
export interface PolicySource {
  list(): Promise<Policy[]>;
}

/** What a policy looks at in a request, the same findings that host access is judged by. */
export function policyFactsOf(classified: Classified, inspected: Inspected, resolved: Resolved): PolicyFacts {
  const facts: Fact[] = [...inspected.hostAccess, ...inspected.facts, ...reachOf(classified, resolved)];
  return inspected.made ? { facts, made: inspected.made } : { facts };
}

/** The first thing that the policies of this engine refuse in the request; undefined: nothing. */
export async function findViolation(
  source: PolicySource,
  engine: EngineRef,
  request: { classified: Classified; inspected: Inspected; resolved: Resolved; made: readonly ScopeObject[] },
): Promise<Violation | undefined> {
  const { made, ...rest } = policyFactsOf(request.classified, request.inspected, request.resolved);
  // A grant's scope has given the new object its labels meanwhile.
  const scoped = request.made.find(({ kind }) => kind === made?.what)?.labels;
  const asked = made ? { ...rest, made: { ...made, labels: { ...scoped, ...made.labels } } } : rest;
  // Most requests ask for nothing that a policy could refuse, and cost no look into the database.
  if (asked.facts.length === 0 && !made) return undefined;
  return judgeByPolicies(policiesFor(await source.list(), engine), asked)[0];
}

/** The same of a container that is there, from the engine's reply to `/containers/{id}/json`: as if it were made now. */
export function policyFactsOfContainer(reply: unknown): PolicyFacts {
  const findings = newFindings();
  const config = asPlain(asPlain(reply).Config);
  const host = asPlain(asPlain(reply).HostConfig);
  addFact(findings, 'Config.Image', 'image', asText(config.Image));
  inspectPortBindings(findings, 'HostConfig.', host);
  const driver = asText(asPlain(host.LogConfig).Type);
  if (driver !== '') addFact(findings, 'HostConfig.LogConfig', 'log-driver', driver);
  return { facts: [...containerHostAccess(reply), ...findings.facts], made: containerMade(config, host) };
}

/** Operations that set something to work which may have been made before the policy, or past the console. */
const starting: readonly EngineOperation[] = ['container.start', 'container.restart'];

/**
 * What the objects of the request bring along. Started, a container must not reach what a policy forbids; one that runs
 * may be entered, stopped and removed by whoever has the grant, or nobody could set it right. A process that exec made is
 * judged by its own privilege alone, and a service by what a rollback brings back.
 */
function reachOf(classified: Classified, { hostAccess }: Resolved): readonly Fact[] {
  const { operation, spec } = classified;
  if (spec.usesTarget === undefined || starting.includes(operation)) return hostAccess;
  if (operation === 'exec.start') return hostAccess.filter(({ kind }) => kind === 'exec-privileged');
  if (operation === 'service.update' && queryValue(classified, 'rollback')) {
    return hostAccess.filter(({ field }) => field.startsWith('PreviousSpec'));
  }
  if (operation === 'service.update') return hostAccess.filter(({ field }) => !/^(Previous)?Spec\b/.test(field));
  return [];
}
