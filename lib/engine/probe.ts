import { isAppError } from '#lib/shared/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { sendRequest } from './request.ts';
import { createSystemClient } from './system-calls.ts';
import { explainFailure, hostKeyProblem } from './transport/failures.ts';
import { createTransport } from './transport/transport.ts';
import { TransportAgent } from './transport/transport-agent.ts';
import type { EngineTest } from './types.ts';
import { readVersion } from './version.ts';

const probeTimeoutMs = 15_000;

/** Connects once and asks who is there; leaves nothing open. Never throws: what failed is the message. */
export async function probeEngine(endpoint: Endpoint, signal: AbortSignal): Promise<EngineTest> {
  const transport = createTransport(endpoint);
  const agent = new TransportAgent(transport, 2);
  const limit = AbortSignal.timeout(probeTimeoutMs);
  const docker = createSystemClient(
    (request) => sendRequest(agent, endpoint, request),
    '',
    AbortSignal.any([signal, limit]),
  );
  const hostKey = endpoint.kind === 'ssh' ? endpoint.hostKey : undefined;
  try {
    const said = readVersion(await docker.version());
    const message = `${said.product} ${said.version} answers, API ${said.minApiVersion ?? '?'} to ${said.apiVersion}.`;
    return { ok: true, message, version: said.version, apiVersion: said.apiVersion, hostKey };
  } catch (error) {
    if (limit.aborted || signal.aborted) return { ok: false, message: 'There was no answer in time.', hostKey };
    const explained = explainFailure(error, endpoint);
    const message = isAppError(error) || explained.message ? explained.message : String(error);
    return { ok: false, message, hostKey: hostKeyProblem(explained)?.presented ?? hostKey };
  } finally {
    agent.destroy();
    transport.close();
  }
}
