'use client';
import { Button } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { describeUserAgent } from '../account/user-agent.ts';
import { rowsOf, sessionSchema, tokenSchema } from '../schemas.ts';
import { orToast, useApi, useApiChange } from '../use-api.ts';

const sessions = rowsOf(sessionSchema);
const tokens = rowsOf(tokenSchema);

/** By what the person comes in now, and how to end it. */
export function UserAccess({ userId }: { userId: string }) {
  const openSessions = useApi(`/api/users/${userId}/sessions`, sessions).data?.rows ?? [];
  const openTokens = useApi(`/api/users/${userId}/tokens`, tokens).data?.rows ?? [];
  const change = useApiChange([`/api/users/${userId}`]);
  const endSessions = () =>
    void orToast(change({ method: 'DELETE', path: `/api/users/${userId}/sessions` }), 'All sessions have ended.');
  const revoke = (id: string) =>
    void orToast(change({ method: 'DELETE', path: `/api/tokens/${id}` }), 'Token revoked.');
  return (
    <section className="space-y-2">
      <h3 className="font-semibold">Sessions and tokens</h3>
      {openSessions.length + openTokens.length === 0 && <p className="text-ink-soft">Neither.</p>}
      <ul className="divide-y rounded-md border empty:hidden">
        {openSessions.map((row) => (
          <li key={row.id} className="px-3 py-1.5">
            {describeUserAgent(row.userAgent)} <span className="text-ink-faint">from {row.address},</span>{' '}
            <RelativeTime at={row.lastSeenAt} className="text-ink-faint" />
          </li>
        ))}
        {openTokens.map((row) => (
          <li key={row.id} className="flex items-center gap-2 px-3 py-1.5">
            <span className="min-w-0 flex-1 break-words">
              token <b className="font-medium">{row.name}</b>{' '}
              <span className="text-ink-faint">
                last used {row.lastUsedAt ? <RelativeTime at={row.lastUsedAt} /> : 'never'}
              </span>
            </span>
            <Button size="sm" onClick={() => revoke(row.id)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      {openSessions.length > 0 && <Button onClick={endSessions}>End all sessions</Button>}
    </section>
  );
}
