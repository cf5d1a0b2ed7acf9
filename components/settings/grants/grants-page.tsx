'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { useTimed } from '#components/ui/clock.ts';
import { Input, Select } from '#components/ui/input.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { describeResource } from '#lib/authz/resource-scope.ts';
import { useEngineName, useGrants } from '../access-data.ts';
import { PlainTable, RowButtons } from '../plain-table.tsx';
import type { GrantShown } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { EditGrant } from './edit-grant.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { GrantEnd } from './grant-list.tsx';
import { RoleBadge, Subject, whoOf } from './grant-subject.tsx';
import { describePlace } from './grant-words.ts';
import { RemoveGrant } from './remove-grant.tsx';

const minuteMs = 60_000;

/** Every grant: who has which role where, until when and why. */
export function GrantsPage() {
  const query = useGrants();
  const change = useApiChange(['/api/grants']);
  const engineName = useEngineName();
  // By the minute is near enough for a filter; each row's own end is told to the second.
  const now = useTimed((ms) => Math.floor(ms / minuteMs) * minuteMs, 0);
  const [text, setText] = useState('');
  const [show, setShow] = useState('all');
  const [giving, setGiving] = useState(false);
  const [editing, setEditing] = useState<GrantShown>();
  const [removing, setRemoving] = useState<GrantShown>();
  const place = (grant: GrantShown) => describePlace(grant.scope, grant.engineName || engineName(grant.scope));
  const scope = (grant: GrantShown) => (grant.resource ? describeResource(grant.resource) : 'everything');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = query.data?.rows.filter((grant) => {
    if (show === 'ended' && !(grant.expiresAt !== undefined && grant.expiresAt <= now)) return false;
    if (show === 'ending' && !(grant.expiresAt !== undefined && grant.expiresAt > now)) return false;
    if (['user', 'team', 'token'].includes(show) && grant.subjectKind !== show) return false;
    const line = [grant.subjectName, grant.role, place(grant), scope(grant), grant.reason].join(' ').toLowerCase();
    return words.every((word) => line.includes(word));
  });
  return (
    <>
      <PageHeader
        title="Grants"
        meta={query.data && `${query.data.rows.length}`}
        actions={
          <Button tone="primary" onClick={() => setGiving(true)}>
            <Plus /> Give grant
          </Button>
        }
      />
      <div className="space-y-3 px-3 pb-6 sm:px-4">
        <div className="flex flex-wrap gap-2">
          <Input
            aria-label="Filter by name, role, place, reason"
            placeholder="Filter by name, role, place, reason"
            className="w-72 max-sm:w-full"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Select aria-label="Show" className="w-40" value={show} onChange={(event) => setShow(event.target.value)}>
            <option value="all">all grants</option>
            <option value="team">of teams</option>
            <option value="user">of accounts</option>
            <option value="token">of tokens</option>
            <option value="ending">that will end</option>
            <option value="ended">that have ended</option>
          </Select>
        </div>
        <PlainTable
          label="Grants"
          query={query}
          rows={shown}
          rowKey={({ id }) => id}
          onOpen={setEditing}
          empty={
            query.data?.rows.length === 0
              ? 'No grants yet: nobody may do anything. Give one to a team, or to a user.'
              : 'No grant fits this filter.'
          }
          columns={[
            {
              label: 'Who',
              cell: (row) => (
                <span className="block py-1">
                  <Subject grant={row} />
                  <span className="sm:hidden">
                    <RoleBadge role={row.role} />
                  </span>
                </span>
              ),
            },
            { label: 'Role', wide: true, cell: (row) => <RoleBadge role={row.role} /> },
            {
              label: 'Where',
              className: 'min-w-32',
              cell: (row) => (
                <span className="block py-1">
                  {place(row)}
                  <span className="block break-words text-ink-faint text-xs">{scope(row)}</span>
                  <Button
                    size="sm"
                    className="mt-1 sm:hidden"
                    onClick={(event) => {
                      event.stopPropagation();
                      setEditing(row);
                    }}
                  >
                    Edit
                  </Button>
                </span>
              ),
            },
            {
              label: 'Ends',
              wide: true,
              cell: (row) => (row.expiresAt === undefined ? 'never' : <GrantEnd at={row.expiresAt} />),
            },
            {
              label: 'Reason',
              wide: true,
              className: 'min-w-24',
              cell: (row) => <span className="break-words">{row.reason}</span>,
            },
            {
              label: '',
              wide: true,
              className: 'text-right whitespace-nowrap',
              cell: (row) => <RowButtons onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />,
            },
          ]}
        />
      </div>
      {giving && (
        <GrantDialog
          title="Give a grant"
          onSave={async (draft, subject) => {
            const [subjectKind, subjectId] = subject.split(':');
            await change({ method: 'POST', path: '/api/grants', body: { subjectKind, subjectId, ...draft } });
          }}
          onClose={() => setGiving(false)}
        />
      )}
      {editing && (
        <EditGrant
          grant={editing}
          who={whoOf(editing)}
          onClose={() => setEditing(undefined)}
          onRemove={() => {
            setEditing(undefined);
            setRemoving(editing);
          }}
        />
      )}
      {removing && (
        <RemoveGrant grant={removing} who={whoOf(removing)} isLast={false} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}
