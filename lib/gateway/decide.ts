import { type Look, lookAt, scopesFor } from '#lib/authz/authorize.ts';
import type { EngineConfig } from '#lib/engine/types.ts';
import type { Decision, Principal, ScopeObject } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Ask } from './ask.ts';
import type { Classified } from './classified.ts';
import type { DoorDeps, Steps } from './dispatch.ts';
import type { HostAccessReason, Inspected } from './inspected.ts';
import { checkLogDetails, checkTopArgs } from './mask.ts';
import { type Resolved, resolve } from './resolve.ts';
import { isFiltered } from './scope/filter-reply.ts';
import type { View } from './scope/filter-rows.ts';
import { type Fitted, fitIntoScope } from './scope/fit.ts';
import { createJudge, needsObjects, type ScopeJudge } from './scope/judge.ts';
import { missing, OutOfScope } from './scope/misses.ts';
import { hostAccessKind } from './spec.ts';
import { systemOperations } from './system.ts';

/** What the decision is about, once the engine has told of the objects. */
export interface Judged extends Fitted {
  resolved: Resolved;
  /** Empty where the grants look at no object. */
  objects: ScopeObject[];
  scoped: boolean;
}

/**
 * Resolves what the request names and, where grants look at objects, judges each and fits what is made into the scope.
 * Grants on the whole of the engine cost no question more than the record needs.
 */
export async function judge(
  deps: DoorDeps,
  { principal, engine, right }: Steps,
  request: { ask: Ask; classified: Classified; inspected: Inspected },
): Promise<Judged> {
  const { ask, classified, inspected } = request;
  const { operation } = classified;
  if (principal.kind === 'system') {
    const resolved = await resolve(ask, classified, inspected);
    return { classified, inspected, resolved, made: [], volumes: [], objects: [], scoped: false };
  }
  const person = () => {
    const current = right.current();
    if (current?.kind !== 'user') throw appError('not-signed-in', 'The session or token has ended.');
    return current;
  };
  const decideOn = (objects: readonly ScopeObject[]) =>
    deps.authorize(person(), operation, engine, deps.now(), objects);
  const first = decideOn([]);
  const scope: ScopeJudge | undefined = needsObjects(first) ? createJudge(operation, decideOn) : undefined;
  const resolved = await resolve(ask, classified, inspected, scope);
  const asIs = { classified, inspected, resolved, made: [], volumes: [], objects: [], scoped: first.scoped === true };
  if (!scope) return asIs;
  if (!first.allow) return { ...asIs, objects: scope.objects };
  const scopes = scopesFor(person(), operation, engine, deps.now());
  const fitted = await fitIntoScope({ ask, scopes, decide: decideOn, classified, inspected, resolved, scope });
  return { ...asIs, ...fitted, objects: [...scope.objects, ...fitted.made] };
}

/** Decides with the principal as it is now, and arms the right with the same question for as long as it is open. */
export function authorizeNow(deps: DoorDeps, steps: Steps, judged: Judged): Decision {
  const { engine, right } = steps;
  const { classified } = judged;
  const reasons = hostAccessReasons(judged);
  let decided: Decision | undefined;
  const check = (principal: Principal) => {
    const now = deps.engines.find(engine.id);
    if (!now) throw appError('not-found', 'The engine has been removed.');
    const decision = decide(deps, principal, { judged, engine: now, reasons, again: decided !== undefined });
    if (decided?.seeSecrets && !decision.seeSecrets && classified.spec.secrets) {
      throw appError('forbidden', 'The right to see secrets on this engine has ended.');
    }
    if (decided && !decided.scoped && decision.scoped && isFiltered(classified.operation)) {
      throw appError(
        'forbidden',
        'The grant on the whole of this engine has ended; what is left reaches some objects.',
      );
    }
    decided ??= decision;
  };
  const principal = right.current();
  if (!principal) throw appError('not-signed-in', 'The session or token has ended.');
  check(principal);
  right.require(check);
  if (!decided) throw appError('internal', 'There is no decision.');
  return decided;
}

/** How the reply is filtered; undefined: it is not. What is shown follows the grants while the reply lasts. */
export function viewOf(
  deps: DoorDeps,
  { engine, right }: Steps,
  { operation }: Classified,
  decision: Decision,
  ask: Ask,
) {
  if (!isFiltered(operation) || !(decision.scoped || decision.varies)) return undefined;
  // Kept for a millisecond: a list asks for each of its rows.
  let kept: { of: Principal; at: number; look: (object: ScopeObject) => Look } | undefined;
  const lookNow = (): ((object: ScopeObject) => Look) => {
    const principal = right.current();
    if (principal?.kind !== 'user') return () => 'hidden';
    const at = deps.now();
    if (kept?.of === principal && kept.at === at) return kept.look;
    const look =
      lookAt(principal, operation, deps.engines.find(engine.id) ?? engine, at) ??
      (() => (decision.seeSecrets ? 'plain' : 'masked'));
    kept = { of: principal, at, look };
    return look;
  };
  const view: View = { ask, look: (object) => lookNow()(object) };
  return view;
}

function decide(
  deps: DoorDeps,
  principal: Principal,
  question: { judged: Judged; engine: EngineConfig; reasons: readonly HostAccessReason[]; again: boolean },
): Decision {
  const { judged, engine, reasons, again } = question;
  const { operation, spec } = judged.classified;
  if (principal.kind === 'system') {
    if (systemOperations.includes(operation)) {
      return { allow: true, reason: 'the console itself', hostAccess: false, seeSecrets: true };
    }
    throw appError('forbidden', `The console itself may not do ${operation}.`);
  }
  const decision = deps.authorize(principal, operation, engine, deps.now(), judged.objects);
  if (decision.outOfScope && !again) {
    // The grants changed since the object was judged. Who has seen it is told why; who has not, that there is none.
    const { kind, names } = decision.outOfScope;
    throw missing(kind, names[0] ?? '', new OutOfScope(decision.reason, undefined));
  }
  if (!decision.allow) throw appError('forbidden', sentence(decision.reason));
  if (operation === 'container.attach-ws') {
    // Its frames would have to be ended here to be recorded or masked; nothing that we know of needs it.
    throw appError('forbidden', 'attach/ws is not offered: use POST .../attach with Upgrade: tcp, as docker does.');
  }
  if (!decision.seeSecrets) {
    if (spec.secrets === 'needed') {
      throw appError(
        'forbidden',
        `${operation} shows secrets, and your grant on ${engine.name} does not let you see them.`,
      );
    }
    if (operation === 'container.top') checkTopArgs(judged.classified);
    if (operation === 'container.logs') checkLogDetails(judged.classified);
  }
  const [first] = reasons;
  if (first && !decision.hostAccess) {
    throw appError('forbidden', `${first.sentence} That needs host access, which your grant does not carry.`);
  }
  return decision;
}

function hostAccessReasons({ classified, inspected, resolved }: Judged): HostAccessReason[] {
  const { hostAccess: always } = classified.spec;
  const own = always
    ? [{ field: classified.operation, sentence: always, kind: hostAccessKind(classified.spec), value: '' }]
    : [];
  return [...own, ...inspected.hostAccess, ...resolved.hostAccess];
}

function sentence(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`;
}
