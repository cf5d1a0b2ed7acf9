import { z } from 'zod';
import type { AuditBegin } from '#lib/audit/types.ts';
import type { GivenFactor, WebAuthnPlace } from '#lib/identity/second-factor/types.ts';
import { stepCookieName, stepLifeMs } from '#lib/identity/sign-in-step.ts';
import type { ClientFacts, User } from '#lib/identity/types.ts';
import { createLog } from '#lib/log.ts';
import type { Runtime } from '#lib/runtime.ts';
import { isAppError } from '#lib/shared/errors.ts';
import type { SecondFactorUsed } from '#lib/shared/sign-in.ts';
import { noteSignIn } from './note-sign-in.ts';

const log = createLog();

/** What the sign-in page is told instead of a sentence; it knows what to do. */
export const secondFactorAsked = 'second-factor';
export const stepEnded = 'step-ended';

/** A sign-in that is whole: the one thing that a session is made of. */
export interface Settled {
  user: User;
  /** `password`, `passkey`, or the id of a provider. */
  by: string;
  secondFactor?: SecondFactorUsed;
}

/** One request to next-auth: what its steps hand each other, and the cookies that its answer gets. */
export interface Flow {
  runtime: Runtime;
  client: ClientFacts;
  place: WebAuthnPlace;
  secure: boolean;
  setCookies: string[];
  settled?: Settled;
}

const passwordForm = z.object({ email: z.string().max(254), password: z.string().max(4096) });
const factorForm = z.union([
  z.object({ code: z.string().min(1).max(100) }),
  z.object({ passkey: z.string().max(65_536) }),
]);
const passkeyForm = z.object({ passkey: z.string().max(65_536) });

/** E-mail and password. With a second factor they are half of it: an error that the page knows, and no session. */
export async function signInByPassword(flow: Flow, given: unknown): Promise<User | undefined> {
  const form = passwordForm.safeParse(given);
  if (!form.success) return undefined;
  const { email, password } = form.data;
  // People type the password into the wrong field: what is no address is not written down.
  const name = z.email().safeParse(email.trim()).success ? email.trim().toLowerCase() : '';
  const user = await checked(flow, { kind: 'user', id: '', name }, 'wrong e-mail or password', () =>
    flow.runtime.identity.checkPassword(email, password, flow.client.address),
  );
  if (!user) return undefined;
  if (await mustGiveSecondFactor(flow, user, 'password')) throw new Error(secondFactorAsked);
  return settle(flow, { user, by: 'password' });
}

/** The second step: a code of the app, a recovery code or a passkey, of whoever took the first step. */
export async function signInBySecondFactor(flow: Flow, given: unknown): Promise<User | undefined> {
  const { identity } = flow.runtime;
  const form = factorForm.safeParse(given);
  const step = form.success ? await identity.signInSteps.read(flow.client) : undefined;
  if (!form.success || !step) throw new Error(stepEnded);
  const { user, by } = step;
  const factor: GivenFactor =
    'code' in form.data
      ? { kind: 'code', code: form.data.code }
      : { kind: 'passkey', response: parseJson(form.data.passkey) };
  const target = { kind: 'user', id: user.id, name: user.email };
  const used = await checked(flow, target, `${by} was right, the second factor was wrong`, () =>
    identity.secondFactors.verify(user.id, factor, { address: flow.client.address, place: flow.place }),
  );
  if (!used) {
    throw new Error(factor.kind === 'code' ? 'This code is wrong, or was used before.' : 'The passkey was refused.');
  }
  flow.setCookies.push(stepCookie('', 0, flow.secure));
  return settle(flow, { user, by, secondFactor: used });
}

/** A passkey alone: the device is the one factor, the finger or PIN that it asks for the other. */
export async function signInByPasskey(flow: Flow, given: unknown): Promise<User | undefined> {
  const form = passkeyForm.safeParse(given);
  if (!form.success) return undefined;
  const at = { address: flow.client.address, place: flow.place };
  const user = await checked(flow, undefined, 'the passkey is not known or was wrong', () =>
    flow.runtime.identity.secondFactors.passkeySignIn(parseJson(form.data.passkey), at),
  );
  if (!user) throw new Error('The passkey was refused.');
  return settle(flow, { user, by: 'passkey', secondFactor: 'passkey' });
}

/** Whether a second step comes; the browser then carries the first one with it. */
export async function mustGiveSecondFactor(flow: Flow, user: User, by: string): Promise<boolean> {
  const { identity } = flow.runtime;
  const { totp, passkey } = await identity.secondFactors.step(user.id);
  if (!totp && !passkey) return false;
  flow.setCookies.push(stepCookie(await identity.signInSteps.begin(user.id, by), stepLifeMs / 1000, flow.secure));
  // Whoever gets this far and no further may have stolen the password: it must stand in the trail.
  const reason = `${by} was right, the second factor is still to come`;
  await noteSignIn(flow.runtime, beginOf(flow, { kind: 'user', id: user.id, name: user.email }), 'denied', reason);
  return true;
}

/** Keeps what the session will be made of; next-auth gets the user. */
export function settle(flow: Flow, settled: Settled): User {
  flow.settled = settled;
  return settled.user;
}

/** The record of a sign-in attempt by nobody that we know yet. */
export function beginOf({ client }: Flow, target?: { kind: string; id: string; name: string }): AuditBegin {
  return {
    principal: { kind: 'anonymous', address: client.address },
    operation: 'session.sign-in',
    targets: target ? [target] : [],
  };
}

/** A cookie for our eyes alone. Lax, since people come back from a provider's site with it. */
export function stepCookie(value: string, maxAgeS: number, secure: boolean, name: string = stepCookieName): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Runs a check and records what it refuses. What it throws reaches the person when it is a sentence of ours. */
async function checked<T>(
  flow: Flow,
  target: { kind: string; id: string; name: string } | undefined,
  wrong: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    const found = await check();
    if (found === undefined) await noteSignIn(flow.runtime, beginOf(flow, target), 'denied', wrong);
    return found;
  } catch (error) {
    if (!isAppError(error)) {
      log.error('a sign-in could not be checked', { error });
      throw new Error('The sign-in could not be checked; the log of the console says why.');
    }
    await noteSignIn(flow.runtime, beginOf(flow, target), 'denied', error.code);
    // next-auth hands the message on to the sign-in page as `error`.
    throw new Error(error.message);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
