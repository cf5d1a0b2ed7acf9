'use client';
import { Check, ChevronRight, Minus } from 'lucide-react';
import { useState } from 'react';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { builtInRoles } from '#lib/authz/roles.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { operationGroups, operationsIn } from './operation-groups.ts';

interface OperationTableProps {
  operations: ReadonlySet<Operation>;
  /** Absent: only shown. */
  onChange?: (changed: readonly Operation[], checked: boolean) => void;
}

type Part = 'all' | 'some' | 'none';

/** Groups that open to their operations; a tick for this role, and a column for each built-in one. */
export function OperationTable({ operations, onChange }: OperationTableProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <div className="overflow-x-auto rounded-md border">
      <table className="w-full text-left" aria-label="Operations of this role">
        <thead>
          <tr className="border-b bg-sunken text-2xs text-ink-faint">
            <th scope="col" className="h-8 px-3 font-medium">
              Operation
            </th>
            {builtInRoles.map(({ name }) => (
              <th key={name} scope="col" className="w-20 px-1 text-center font-medium max-md:hidden">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {operationGroups.map((group) => {
          const inGroup = operationsIn(group.id);
          const names = inGroup.map(({ name }) => name);
          const part = partOf(names, operations);
          const isOpen = open.has(group.id);
          return (
            <tbody key={group.id} className="border-b last:border-b-0">
              <tr className="hover:bg-hover">
                <td className="px-3 py-1.5">
                  <span className="flex items-start gap-2.5">
                    <Checkbox
                      aria-label={`All of ${group.label}`}
                      className="mt-[3px]"
                      checked={part === 'all'}
                      indeterminate={part === 'some'}
                      disabled={!onChange}
                      onChange={() => onChange?.(names, part !== 'all')}
                    />
                    <button
                      type="button"
                      aria-expanded={isOpen}
                      onClick={() => toggle(group.id)}
                      className="flex min-w-0 flex-1 items-start gap-1.5 text-left"
                    >
                      <ChevronRight
                        aria-hidden="true"
                        className={cn('mt-[3px] size-3.5 shrink-0 text-ink-faint', isOpen && 'rotate-90')}
                      />
                      <span className="min-w-0">
                        <span className="font-medium">{group.label}</span>{' '}
                        <span className="text-ink-faint text-xs">
                          {names.filter((name) => operations.has(name)).length} of {names.length}
                        </span>
                        <span className="block text-ink-faint text-xs">{group.says}</span>
                      </span>
                    </button>
                  </span>
                </td>
                {builtInRoles.map((role) => (
                  <Mark key={role.name} role={role.name} part={partOf(names, role.operations)} />
                ))}
              </tr>
              {isOpen &&
                inGroup.map(({ name, label }) => (
                  <tr key={name} className="border-t hover:bg-hover">
                    <td className="py-1 pr-3 pl-9">
                      <label htmlFor={`may-${name}`} className="flex cursor-pointer items-center gap-2.5">
                        <Checkbox
                          id={`may-${name}`}
                          checked={operations.has(name)}
                          disabled={!onChange}
                          onChange={(event) => onChange?.([name], event.target.checked)}
                        />
                        <span className="min-w-0 flex-1">{label}</span>
                        <code className="font-mono text-2xs text-ink-faint">{name}</code>
                      </label>
                    </td>
                    {builtInRoles.map((role) => (
                      <Mark key={role.name} role={role.name} part={role.operations.has(name) ? 'all' : 'none'} />
                    ))}
                  </tr>
                ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

function partOf(names: readonly Operation[], operations: ReadonlySet<Operation>): Part {
  const count = names.filter((name) => operations.has(name)).length;
  return count === 0 ? 'none' : count === names.length ? 'all' : 'some';
}

const says = { all: 'yes', some: 'some', none: 'no' } as const;

function Mark({ role, part }: { role: string; part: Part }) {
  return (
    <td className="w-20 px-1 text-center align-middle max-md:hidden" title={`${role}: ${says[part]}`}>
      <span className="sr-only">{says[part]}</span>
      {part === 'all' && <Check aria-hidden="true" className="mx-auto size-3.5 text-ok" />}
      {part === 'some' && <Minus aria-hidden="true" className="mx-auto size-3.5 text-ink-faint" />}
    </td>
  );
}
