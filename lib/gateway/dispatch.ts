import type { Audit, AuditBegin } from '#lib/audit/types.ts';
import { type authorize, coversEngine } from '#lib/authz/authorize.ts';
import type { Registries } from '#lib/engine/registries-types.ts';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Decision, Principal } from '#lib/shared/access.ts';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { type Admitted, createAdmission } from './admission.ts';
import type { Classified } from './classified.ts';
import { classify } from './classify.ts';
import { checkContentType, inspect } from './inspect.ts';
import type { HostAccessReason, Inspected } from './inspected.ts';
import { checkLogDetails, checkTopArgs } from './mask.ts';
import { pinContainers } from './pin-containers.ts';
import { beginRecord, createOpenRecords, recordRefusal } from './record.ts';
import { readRequestBody } from './request-body.ts';
import { type Resolved, resolve } from './resolve.ts';
import { createRights, type Right } from './right.ts';
import { systemOperations } from './system.ts';
import type { Admission, Door, DoorRequest } from './types.ts';

export interface DoorDeps {
  engines: Pick<Engines, 'find' | 'request' | 'connect' | 'apiVersion' | 'onStatus'>;
  audit: Pick<Audit, 'begin' | 'end' | 'record' | 'count'>;
  registries: Pick<Registries, 'authHeader'>;
  authorize: typeof authorize;
  identityWatch: Identity['watch'];
  now: () => number;
  /** To the first byte of a read; absent: 30 s. */
  readTimeoutMs?: number;
}

/** The door as its maker has it. */
export interface RunningDoor extends Door {
  /** Ends all that is open and resolves when its records are ended; the trail can be stopped then. */
  stop(): Promise<void>;
}

/** Builds the door: the one way to an engine, for people, tokens and the console itself. */
export function createDoor(deps: DoorDeps): RunningDoor {
  const rights = createRights(deps);
  const records = createOpenRecords(deps.audit);
  let stopping: AppError | undefined;
  const door: RunningDoor = {
    async admit(principal, request, signal) {
      if (stopping) throw stopping;
      const startedAt = deps.now();
      const classified = await classifyOrRecord(deps, principal, request, startedAt);
      const engine = await engineOrRecord(deps, principal, request, classified, startedAt);
      const right = rights.begin(principal, engine.id);
      try {
        return await admitOn(
          { ...deps, audit: records.audit },
          { principal, request, signal, startedAt, classified, engine, right },
        );
      } catch (error) {
        right.stop();
        throw error;
      }
    },
    async dispatch(principal, request, signal) {
      const admission = await door.admit(principal, request, signal);
      return admission.forward(signal);
    },
    async stop() {
      stopping = appError('unavailable', 'The console is stopping.');
      rights.endAll(stopping);
      await records.settled();
    },
  };
  return door;
}

async function classifyOrRecord(deps: DoorDeps, principal: Principal, request: DoorRequest, startedAt: number) {
  try {
    return classify(request.method, request.rawPath, request.rawQuery);
  } catch (error) {
    const params = { method: request.method, path: request.rawPath.slice(0, 300) };
    const begin: AuditBegin = { principal, operation: 'unknown', engineName: request.engine, targets: [], params };
    throw await recordRefusal(deps.audit, begin, error, deps.now() - startedAt);
  }
}

/** The same answer for an engine that is not there and for one without a grant: existence is a secret. */
async function engineOrRecord(
  deps: DoorDeps,
  principal: Principal,
  request: DoorRequest,
  classified: Classified,
  startedAt: number,
): Promise<EngineConfig> {
  const engine = deps.engines.find(request.engine);
  if (engine && (principal.kind === 'system' || coversEngine(principal, engine, deps.now()))) return engine;
  const { operation } = classified;
  const begin: AuditBegin = { principal, operation, engineName: request.engine, targets: namedTargets(classified) };
  const error = appError('not-found', `There is no engine "${request.engine}" that you have a grant on.`);
  throw await recordRefusal(deps.audit, begin, error, deps.now() - startedAt);
}

interface Steps {
  principal: Principal;
  request: DoorRequest;
  signal: AbortSignal;
  startedAt: number;
  classified: Classified;
  engine: EngineConfig;
  right: Right;
}

async function admitOn(deps: DoorDeps, steps: Steps): Promise<Admission> {
  const { principal, request, classified, engine, right, startedAt } = steps;
  const { operation, spec } = classified;
  const begin: AuditBegin = {
    principal,
    operation,
    engineId: engine.id,
    engineName: engine.name,
    targets: namedTargets(classified),
  };
  let admitted: Admitted;
  try {
    checkContentType(classified, request.headers['content-type']);
    const body = await readRequestBody(classified, request);
    const inspected = inspect(classified, body.whole);
    begin.targets = inspected.targets.map(({ kind, name }) => ({ kind, id: name, name }));
    begin.params = inspected.params;
    const ask = { engines: deps.engines, engineId: engine.id, signal: steps.signal, timeoutMs: readTimeoutMs(deps) };
    const resolved = await resolve(ask, classified, inspected);
    begin.targets = resolved.targets;
    const decision = authorizeNow(deps, steps, inspected, resolved);
    const judged = { ...steps, deps, inspected, resolved, decision, body, readTimeoutMs: readTimeoutMs(deps) };
    admitted = pinContainers(judged, resolved.containers);
  } catch (error) {
    // Looking for what is not there is an ordinary read, which is counted like those that found it.
    const isPlainMiss = spec.audit === 'counted' && isNotFound(error);
    if (isPlainMiss || principal.kind === 'system') {
      if (isPlainMiss) deps.audit.count(begin);
      throw error;
    }
    throw await recordRefusal(deps.audit, begin, error, deps.now() - startedAt);
  }
  // Denials never come here: authorize is pure, so it runs first, and equal denials are folded instead of begun.
  const recorded = isRecorded(classified, admitted.decision);
  const record = await beginRecord(deps.audit, begin, { recorded, startedAt, now: deps.now });
  if (right.revoked.aborted) {
    await record.end({ outcome: 'denied', reason: right.revoked.reason.message, status: right.revoked.reason.status });
    throw right.revoked.reason;
  }
  return createAdmission(admitted, record, recorded);
}

/** Decides with the principal as it is now, and arms the right with the same question for as long as it is open. */
function authorizeNow(deps: DoorDeps, steps: Steps, inspected: Inspected, resolved: Resolved): Decision {
  const { classified, engine, right } = steps;
  const reasons = hostAccessReasons(classified, inspected, resolved);
  let decided: Decision | undefined;
  const check = (principal: Principal) => {
    const now = deps.engines.find(engine.id);
    if (!now) throw appError('not-found', 'The engine has been removed.');
    const decision = decide(deps, principal, classified, now, reasons);
    if (decided?.seeSecrets && !decision.seeSecrets && classified.spec.secrets) {
      throw appError('forbidden', 'The right to see secrets on this engine has ended.');
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

function decide(
  deps: DoorDeps,
  principal: Principal,
  classified: Classified,
  engine: EngineConfig,
  hostAccess: readonly HostAccessReason[],
): Decision {
  const { operation, spec } = classified;
  if (principal.kind === 'system') {
    if (systemOperations.includes(operation)) {
      return { allow: true, reason: 'the console itself', hostAccess: false, seeSecrets: true };
    }
    throw appError('forbidden', `The console itself may not do ${operation}.`);
  }
  const decision = deps.authorize(principal, operation, engine, deps.now());
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
    if (operation === 'container.top') checkTopArgs(classified);
    if (operation === 'container.logs') checkLogDetails(classified);
  }
  const [first] = hostAccess;
  if (first && !decision.hostAccess) {
    throw appError('forbidden', `${first.sentence} That needs host access, which your grant does not carry.`);
  }
  return decision;
}

function hostAccessReasons(classified: Classified, inspected: Inspected, resolved: Resolved): HostAccessReason[] {
  const { hostAccess: always } = classified.spec;
  const own = always ? [{ field: classified.operation, sentence: always }] : [];
  return [...own, ...inspected.hostAccess, ...resolved.hostAccess];
}

/** Unmasked is what makes reading an object sensitive; masked it is a read like others. */
function isRecorded({ spec }: Classified, decision: Decision): boolean {
  return spec.audit !== 'counted' || (spec.sensitiveUnmasked === true && decision.seeSecrets);
}

function namedTargets(classified: Classified) {
  return classified.targets.map(({ kind, name }) => ({ kind, id: name, name }));
}

function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'not-found';
}

function readTimeoutMs(deps: DoorDeps): number {
  return deps.readTimeoutMs ?? 30_000;
}

function sentence(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`;
}
