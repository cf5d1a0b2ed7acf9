import type { EngineConfig } from '#lib/engine/types.ts';
import type { Decision, Principal } from '#lib/shared/access.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';
import type { Classified } from './classified.ts';
import { classify } from './classify.ts';
import type { DoorDeps } from './dispatch.ts';
import type { ForwardInput } from './forward.ts';
import type { Inspected } from './inspected.ts';
import { rebuildPath } from './rebuild.ts';
import type { Recorded } from './record.ts';
import { beginRecording, type RecordedSession, tellResize } from './record-stream.ts';
import { fillRegistryAuth } from './registry-auth.ts';
import { type ReplyEnd, sendAdmitted } from './reply.ts';
import type { RequestBody } from './request-body.ts';
import { requestHeaders } from './request-headers.ts';
import type { Resolved } from './resolve.ts';
import type { Right } from './right.ts';
import type { View } from './scope/filter-rows.ts';
import { redactIds } from './scope/redact.ts';
import type { SharedAnswers } from './shared-answers.ts';
import type { Admission, DoorReply, DoorRequest } from './types.ts';

/** Everything that the steps before have found out. */
export interface Admitted {
  deps: DoorDeps;
  principal: Principal;
  request: DoorRequest;
  classified: Classified;
  engine: EngineConfig;
  right: Right;
  inspected: Inspected;
  resolved: Resolved;
  decision: Decision;
  body: RequestBody;
  readTimeoutMs: number;
  /** What of the reply is shown; absent: all of it. */
  view?: View;
  /** Makes the volumes that the engine would make without labels, before it can. */
  makeVolumes(signal: AbortSignal): Promise<void>;
}

const partOperations = ['container.logs', 'container.stats', 'system.events'];

/** The admission of a request that passed every check: forwards it, and ends its record whatever happens. */
export function createAdmission(admitted: Admitted, record: Recorded, recorded: boolean): Admission {
  const { classified, engine, right, resolved, decision } = admitted;
  let over = false;

  const finish = async (end: Parameters<Recorded['end']>[0]) => {
    if (over) return;
    over = true;
    right.stop();
    await record.end(end);
  };

  const admission: Admission = {
    operation: classified.operation,
    engineId: engine.id,
    engineName: engine.name,
    targets: resolved.targets,
    auditId: record.id,
    seeSecrets: decision.seeSecrets,
    revoked: right.revoked,
    async forward(signal) {
      let session: RecordedSession | undefined;
      try {
        await admitted.makeVolumes(signal);
        const joined = right.join(signal);
        session = await beginRecording(admitted.deps.recorder, admitted, record.id, joined);
        const sent = await sendPart(admitted, classified, {
          signal: joined,
          recorded,
          isTaped: session !== undefined,
          onEnd: (end) => void finish(outcomeOf(admitted, end, signal)),
        });
        const reply = session?.wrap(sent) ?? sent;
        if (reply.status < 300) tellResize(admitted.deps.recorder, admitted);
        if (record.id) reply.headers['x-audit-id'] = record.id;
        return { ...reply, auditId: record.id };
      } catch (error) {
        await session?.drop();
        const refusal = right.revoked.aborted ? right.revoked.reason : error;
        await finish({ outcome: 'failed', status: statusOf(refusal), error: messageOf(refusal) });
        if (isAppError(refusal)) refusal.auditId ??= record.id;
        throw refusal;
      }
    },
    async forwardPart(rawQuery, signal) {
      if (right.revoked.aborted) throw right.revoked.reason;
      if (over) throw appError('conflict', 'This view has ended.');
      const { method, rawPath } = admitted.request;
      const part = classify(method, rawPath, rawQuery);
      if (part.operation !== classified.operation || !partOperations.includes(part.operation)) {
        throw appError('forbidden', 'Only logs, stats and events can be read in parts.');
      }
      const joined = AbortSignal.any([signal, right.revoked]);
      return sendPart(admitted, part, { signal: joined, recorded, onEnd: () => undefined });
    },
    end: ({ outcome, bytesOut, error }) => finish({ outcome, bytesOut, error }),
  };
  return admission;
}

async function sendPart(
  admitted: Admitted,
  classified: Classified,
  options: { signal: AbortSignal; recorded: boolean; isTaped?: boolean; onEnd(end: ReplyEnd): void },
): Promise<DoorReply> {
  const { deps, engine, request, inspected, resolved, decision, principal, body } = admitted;
  const { spec } = classified;
  const { signal } = options;
  signal.throwIfAborted();
  const headers = requestHeaders(request.headers);
  await fillRegistryAuth(classified, headers, deps.registries);
  const forwardedBody = inspected.body ?? body.stream;
  if (forwardedBody !== undefined && spec.contentType) headers['content-type'] = spec.contentType;
  const forward: ForwardInput = {
    engines: deps.engines,
    engineId: engine.id,
    method: spec.method,
    path: rebuildPath(classified, resolved.ids),
    headers,
    body: forwardedBody,
    bodyBytes: body.streamBytes,
    signal,
    headTimeoutMs: spec.timeout === 'read' ? admitted.readTimeoutMs : undefined,
  };
  return sendAdmitted({
    classified,
    forward,
    upgrade: upgradeOf(classified, request),
    // What is recorded has to be read.
    raw: request.raw === true && !options.isTaped,
    shared: deps.diskUse && classified.operation === 'system.df' ? sharedBy(deps.diskUse, request) : undefined,
    masked: !decision.seeSecrets,
    view: admitted.view,
    redact: decision.scoped ? (text) => redactIds(text, resolved.targets) : undefined,
    cookie: principal.kind === 'user' && principal.via.kind === 'session',
    recorded: options.recorded,
    onEnd: options.onEnd,
  });
}

/** A page that asks by itself, every few minutes in every browser, makes do with what another one got. */
function sharedBy(answers: SharedAnswers, { headers }: DoorRequest) {
  return { answers, mayBeOld: headers['x-pilothouse-unattended'] !== undefined };
}

/**
 * Old clients start an exec or attach without asking for an upgrade, and engines give them a two-way stream all the
 * same. The engine is asked for the upgrade then, so that there is one kind of two-way stream to record and to end.
 */
function upgradeOf({ operation, spec }: Classified, request: DoorRequest): string | undefined {
  if (spec.streaming !== 'upgrade') return undefined;
  const hijacks = request.hijack && (operation === 'exec.start' || operation === 'container.attach');
  return request.upgrade?.protocol ?? (hijacks ? 'tcp' : undefined);
}

function outcomeOf(admitted: Admitted, end: ReplyEnd, signal: AbortSignal): Parameters<Recorded['end']>[0] {
  const { status, bytesOut } = end;
  const bytesIn = admitted.inspected.body?.length ?? admitted.body.streamBytes;
  const facts = { status, bytesIn, bytesOut };
  const { revoked } = admitted.right;
  if (revoked.aborted) return { ...facts, outcome: 'failed', error: messageOf(revoked.reason) };
  if (status >= 400) return { ...facts, outcome: 'failed', error: end.error };
  if (end.whole) return { ...facts, outcome: 'done' };
  // Closing a view is how a view ends; a change that was left may or may not have happened.
  if (signal.aborted && admitted.classified.spec.timeout !== 'change') return { ...facts, outcome: 'done' };
  const error = signal.aborted ? 'The client went away before the end.' : 'The engine broke off before the end.';
  return { ...facts, outcome: 'failed', error };
}

function statusOf(error: unknown): number {
  return isAppError(error) ? error.status : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
