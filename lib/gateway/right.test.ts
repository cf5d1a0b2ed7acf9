import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal, UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { createRights } from './right.ts';

const person: UserPrincipal = {
  kind: 'user',
  userId: 'u',
  email: 'u@example.test',
  name: 'U',
  via: { kind: 'session', id: 's' },
  grants: [],
};

function setUp() {
  let tell: ((current: UserPrincipal | undefined) => void) | undefined;
  let tellEngine: ((id: string) => void) | undefined;
  const ended = vi.fn();
  const rights = createRights({
    engines: {
      find: () => undefined,
      onStatus: (listener) => {
        tellEngine = (id) => listener(id, undefined);
        return () => undefined;
      },
    },
    identityWatch: (_principal, listener) => {
      tell = listener;
      return ended;
    },
    now: Date.now,
  });
  return {
    rights,
    ended,
    tell: (current?: UserPrincipal) => tell?.(current),
    tellEngine: (id: string) => tellEngine?.(id),
  };
}

const needsGrant = (principal: Principal) => {
  if (principal.kind !== 'user' || principal.grants.length === 0) throw appError('forbidden', 'no grant');
};

describe('createRights', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends when the session or token has ended', () => {
    const { rights, tell, ended } = setUp();
    const right = rights.begin(person, 'e');
    tell(undefined);
    expect(right.revoked.reason).toMatchObject({ code: 'not-signed-in' });
    expect(ended).toHaveBeenCalledOnce();
  });

  it('joins the right and the request, whichever ends first, and lets go of both when it stops', () => {
    const { rights, tell } = setUp();
    const client = new AbortController();
    const left = rights.begin(person, 'e').join(client.signal);
    client.abort('left');
    expect(left.reason).toBe('left');
    expect(rights.begin(person, 'e').join(client.signal).reason).toBe('left');

    const revoked = rights.begin(person, 'e');
    const joined = revoked.join(new AbortController().signal);
    tell(undefined);
    expect(joined.reason).toMatchObject({ code: 'not-signed-in' });
    expect(revoked.join(new AbortController().signal).aborted).toBe(true);

    const over = new AbortController();
    const stopped = rights.begin(person, 'e');
    const after = stopped.join(over.signal);
    stopped.stop();
    over.abort();
    expect(after.aborted).toBe(false);
  });

  it('asks again at a change of grants, and ends only when the answer is no', () => {
    const { rights, tell } = setUp();
    const grant = {
      id: 'g',
      subjectKind: 'user',
      subjectId: 'u',
      role: 'viewer',
      scope: { kind: 'all', value: '' },
    } as const;
    const right = rights.begin({ ...person, grants: [grant] }, 'e');
    right.require(needsGrant);
    tell({ ...person, grants: [grant, { ...grant, id: 'h' }] });
    expect(right.revoked.aborted).toBe(false);
    tell(person);
    expect(right.revoked.reason).toMatchObject({ code: 'forbidden', message: 'no grant' });
  });

  it('counts a change between the request and the decision', () => {
    const { rights, tell } = setUp();
    const right = rights.begin(person, 'e');
    tell({ ...person, name: 'changed' });
    expect(right.current()).toMatchObject({ name: 'changed' });
  });

  it('asks again at the very time a grant expires', () => {
    const { rights } = setUp();
    const scope = { kind: 'all', value: '' } as const;
    const expiresAt = Date.now() + 40 * 24 * 3600_000;
    const right = rights.begin(
      { ...person, grants: [{ id: 'g', subjectKind: 'user', subjectId: 'u', role: 'viewer', scope, expiresAt }] },
      'e',
    );
    right.require(() => {
      if (Date.now() > expiresAt) throw appError('forbidden', 'expired');
    });
    vi.advanceTimersByTime(40 * 24 * 3600_000 - 1);
    expect(right.revoked.aborted).toBe(false);
    vi.advanceTimersByTime(10);
    expect(right.revoked.aborted).toBe(true);
  });

  it('asks again when a limit of the token expires, too', () => {
    const { rights } = setUp();
    const scope = { kind: 'all', value: '' } as const;
    const expiresAt = Date.now() + 1000;
    const limit = { id: 'g', subjectKind: 'token', subjectId: 't', role: 'viewer', scope, expiresAt } as const;
    const right = rights.begin({ ...person, limits: [limit] }, 'e');
    right.require(() => {
      if (Date.now() > expiresAt) throw appError('forbidden', 'expired');
    });
    vi.advanceTimersByTime(1010);
    expect(right.revoked.aborted).toBe(true);
  });

  it('asks again when its engine changed (tags, removal), not when another did', () => {
    const { rights, tellEngine } = setUp();
    const right = rights.begin(person, 'e');
    const check = vi.fn();
    right.require(check);
    tellEngine('other');
    expect(check).not.toHaveBeenCalled();
    tellEngine('e');
    expect(check).toHaveBeenCalledOnce();
  });

  it('asks nothing after stop', () => {
    const { rights, tell, tellEngine } = setUp();
    const right = rights.begin(person, 'e');
    right.stop();
    tell(undefined);
    tellEngine('e');
    expect(right.revoked.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
