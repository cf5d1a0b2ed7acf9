'use client';
import { CircleCheck, CircleX } from 'lucide-react';
import Link from 'next/link';
import { Badge } from '#components/ui/badge.tsx';
import { cn } from '#components/ui/cn.ts';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { Explained } from '#lib/shared/explained.ts';
import { GrantOf } from './grant-of.tsx';

/** The decision, the grants that were looked at, and the policies above them. */
export function Answer({ answer }: { answer: Explained }) {
  const { asked, subject, allow, verdicts, policies, record } = answer;
  const Icon = allow ? CircleCheck : CircleX;
  const object = asked.object ? ` on the ${asked.kind} ${asked.object}` : '';
  return (
    <section aria-label="Answer" className="max-w-4xl space-y-3 rounded-lg border bg-panel p-3 sm:p-4">
      <h2 className={cn('flex items-start gap-2 font-semibold text-base', allow ? 'text-ok' : 'text-bad')}>
        <Icon aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
        <span className="min-w-0 break-words">
          {subject.name} may {allow ? '' : 'not '}
          <code className="font-mono text-sm">{asked.operation}</code>
          {object}
          {asked.engine ? ` on ${asked.engine}` : ' in the console'}
        </span>
      </h2>
      <p className="break-words text-ink-soft first-letter:uppercase">{answer.reason}.</p>
      {allow && (
        <p className="flex flex-wrap gap-1.5">
          {answer.scoped && <Badge tone="info">on some objects there</Badge>}
          <Badge tone={answer.hostAccess ? 'warn' : 'plain'}>
            {answer.hostAccess ? 'with' : 'without'} host access
          </Badge>
          <Badge>{answer.seeSecrets ? 'sees' : 'does not see'} secrets</Badge>
        </p>
      )}
      {record && (
        <p className="rounded-md bg-sunken px-3 py-2">
          Recorded <RelativeTime at={record.at} />: {record.outcome}
          {record.reason && <span className="break-words">: {record.reason}</span>}
          {record.policy && allow && ' The grants allow it; a policy refused what was asked for.'}
          {record.outcome === 'denied' && !record.policy && allow && ' With today’s grants it would be allowed.'}
        </p>
      )}
      <Verdicts verdicts={verdicts} />
      {policies.length > 0 && (
        <p className="text-ink-soft">
          Above the grants, policies judge what such a request asks for:{' '}
          {policies.map(({ id, name }, at) => (
            <span key={id}>
              {at > 0 && ', '}
              <Link className="text-accent-text hover:underline" href={`/settings/policies/${id}`}>
                {name}
              </Link>
            </span>
          ))}
          .
        </p>
      )}
    </section>
  );
}

function Verdicts({ verdicts }: Pick<Explained, 'verdicts'>) {
  if (verdicts.length === 0)
    return <p className="text-ink-faint">There is no grant at all: neither of its own nor of a team.</p>;
  const sorted = [...verdicts].sort((a, b) => Number(b.allows) - Number(a.allows));
  return (
    <div className="overflow-x-auto rounded-md border">
      <table className="w-full text-left" aria-label="Grants that were looked at">
        <thead>
          <tr className="border-b bg-sunken text-ink-faint text-xs">
            <th className="h-8 px-3 font-medium">Grant</th>
            <th className="h-8 px-3 font-medium">Allows it</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ grant, list, allows, lacks }) => (
            <tr key={`${list} ${grant.id}`} className="border-b align-top last:border-b-0">
              <td className="px-3 py-1.5">
                <GrantOf grant={grant} />
                {list === 'limit' && <span className="block text-ink-faint text-xs">limits the token</span>}
              </td>
              <td className="px-3 py-1.5">
                {allows ? (
                  <Badge tone="ok">yes</Badge>
                ) : (
                  <ul className="text-ink-soft">
                    {lacks.map((lack) => (
                      <li key={lack} className="break-words first-letter:uppercase">
                        {lack}
                      </li>
                    ))}
                  </ul>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
