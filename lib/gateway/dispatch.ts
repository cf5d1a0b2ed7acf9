import type { Recorder } from '#lib/audit/recordings/recorder.ts';
import type { Audit, AuditBegin } from '#lib/audit/types.ts';
import { type authorize, coversEngine } from '#lib/authz/authorize.ts';
import type { Registries } from '#lib/engine/registries-types.ts';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Decision, Principal } from '#lib/shared/access.ts';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { type Admitted, createAdmission } from './admission.ts';
import { createCap } from './cap.ts';
import type { Classified } from './classified.ts';
import { classify } from './classify.ts';
import { authorizeNow, judge, viewOf } from './decide.ts';
import { checkContentType, inspect } from './inspect.ts';
import { pinContainers } from './pin-containers.ts';
import { findViolation, type PolicySource } from './policy.ts';
import { beginRecord, createOpenRecords, recordRefusal } from './record.ts';
import { readRequestBody } from './request-body.ts';
import { createRights, type Right } from './right.ts';
import { volumesFirst } from './scope/make-volumes.ts';
import { isMissing, outOfScopeOf } from './scope/misses.ts';
import { createSharedAnswers, type SharedAnswers } from './shared-answers.ts';
import type { Admission, Door, DoorRequest } from './types.ts';

export interface DoorDeps {
  engines: Pick<Engines, 'find' | 'request' | 'connect' | 'apiVersion' | 'onStatus'>;
  audit: Pick<Audit, 'begin' | 'end' | 'record' | 'count'>;
  registries: Pick<Registries, 'authHeader'>;
  /** What the create policies say, above all roles. */
  policies: PolicySource;
  /** Records terminals; absent: none are. */
  recorder?: Recorder;
  authorize: typeof authorize;
  identityWatch: Identity['watch'];
  now: () => number;
  /** To the first byte of a read; absent: 30 s. */
  readTimeoutMs?: number;
  /** How many requests of one person or token may be under way at once; absent: no limit. */
  requestsMax?: number;
  /** Of `/system/df`, for all pages; made with the door. */
  diskUse?: SharedAnswers;
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
  const underWay = createCap(deps.requestsMax ?? Number.POSITIVE_INFINITY, 'requests', 'PILOTHOUSE_REQUESTS_MAX');
  const diskUse = createSharedAnswers(deps.now);
  let stopping: AppError | undefined;
  const door: RunningDoor = {
    async admit(principal, request, signal) {
      if (stopping) throw stopping;
      const startedAt = deps.now();
      const classified = await classifyOrRecord(deps, principal, request, startedAt);
      const engine = await engineOrRecord(deps, principal, request, classified, startedAt);
      const right = rights.begin(principal, engine.id, underWay.enter(principal));
      try {
        return await admitOn({ ...deps, audit: records.audit, diskUse }, door, {
          principal,
          request,
          signal,
          startedAt,
          classified,
          engine,
          right,
        });
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

/** One request on its way. */
export interface Steps {
  principal: Principal;
  request: DoorRequest;
  signal: AbortSignal;
  startedAt: number;
  classified: Classified;
  engine: EngineConfig;
  right: Right;
}

async function admitOn(deps: DoorDeps, door: Door, steps: Steps): Promise<Admission> {
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
    const judged = await judge(deps, steps, { ask, classified, inspected });
    const { resolved } = judged;
    begin.targets = resolved.targets;
    begin.params = judged.inspected.params;
    const decision = authorizeNow(deps, steps, judged);
    // After the grants: whoever may not do it at all learns nothing of the policies. Above them: nobody is exempt.
    const violation = principal.kind === 'user' ? await findViolation(deps.policies, engine, judged) : undefined;
    if (violation) {
      begin.params = { ...begin.params, policy: violation.policyId };
      throw appError('forbidden', violation.sentence);
    }
    const view = viewOf(deps, steps, classified, decision, ask);
    const makeVolumes = volumesFirst(door, steps, judged.volumes);
    admitted = pinContainers(
      { ...steps, ...judged, deps, decision, body, view, makeVolumes, readTimeoutMs: readTimeoutMs(deps) },
      resolved.containers,
    );
  } catch (error) {
    const hidden = outOfScopeOf(error);
    if (hidden?.target) begin.targets = [hidden.target];
    // Looking for what is not there is an ordinary read, which is counted like those that found it.
    const isPlainMiss = spec.audit === 'counted' && isNotFound(error) && !hidden;
    if (isPlainMiss || principal.kind === 'system') {
      if (isPlainMiss) deps.audit.count(begin);
      throw error;
    }
    const refusal = pointToReason(
      deps,
      principal,
      await recordRefusal(deps.audit, begin, error, deps.now() - startedAt),
    );
    if (isMissing(refusal)) delete refusal.auditId;
    throw refusal;
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

/** Unmasked is what makes reading an object sensitive; masked it is a read like others. */
function isRecorded({ spec }: Classified, decision: Decision): boolean {
  return spec.audit !== 'counted' || (spec.sensitiveUnmasked === true && decision.seeSecrets);
}

/** On a command line nothing can be pressed: whoever may read the trail is told where a refusal is explained. */
function pointToReason(deps: DoorDeps, principal: Principal, refusal: AppError): AppError {
  const { code, auditId } = refusal;
  if (code !== 'forbidden' || !auditId || principal.kind !== 'user' || principal.via.kind !== 'token') return refusal;
  if (!deps.authorize(principal, 'console.audit', undefined, deps.now()).allow) return refusal;
  refusal.message += ` Why: /settings/access-check?audit=${auditId} at the console.`;
  return refusal;
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
