'use client';
import { Command } from 'cmdk';
import { useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { inputClass } from '#components/ui/input.tsx';
import { useServiceAccounts, useUsers } from '../access-data.ts';
import type { TeamMemberShown, TeamShown } from '../schemas.ts';
import { orToast, useApiChange } from '../use-api.ts';

const shownMax = 8;

/** Finds accounts by name or e-mail, and puts the chosen one into the team. */
export function AddMember({ team, members }: { team: TeamShown; members: readonly TeamMemberShown[] }) {
  const users = useUsers().data?.rows ?? [];
  const services = useServiceAccounts().data?.rows ?? [];
  const change = useApiChange(['/api/teams', '/api/users', '/api/service-accounts']);
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = [...users, ...services]
    .filter(({ id }) => !members.some(({ userId, sources }) => userId === id && sources.includes('manual')))
    .filter(({ name, email }) => words.every((word) => `${name} ${email}`.toLowerCase().includes(word)));
  const add = (userId: string) => {
    setText('');
    void orToast(change({ method: 'POST', path: `/api/teams/${team.id}/members`, body: { userId } }));
  };
  return (
    <Command shouldFilter={false} label="Add a member" className="relative mb-3 max-w-sm">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Add a member: name or e-mail"
        className={cn(inputClass, 'h-8')}
      />
      {/* Always there, since the input names it as what it controls. */}
      <Command.List
        className={cn(
          'absolute inset-x-0 top-9 z-10 max-h-64 overflow-y-auto rounded-md border bg-panel p-1 shadow-float',
          words.length === 0 && 'hidden',
        )}
      >
        <Command.Empty className="px-2 py-1.5 text-ink-faint">Nobody of that name is outside the team.</Command.Empty>
        {hits.slice(0, shownMax).map((user) => (
          <Command.Item
            key={user.id}
            value={user.id}
            onSelect={() => add(user.id)}
            className="flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 data-[selected=true]:bg-hover"
          >
            <span className="truncate">{user.kind === 'service' ? user.email : user.name || user.email}</span>
            {user.name && user.kind === 'person' && <span className="truncate text-ink-faint">{user.email}</span>}
          </Command.Item>
        ))}
        {hits.length > shownMax && (
          <p className="px-2 py-1 text-ink-faint text-xs">and {hits.length - shownMax} more: type on</p>
        )}
      </Command.List>
    </Command>
  );
}
