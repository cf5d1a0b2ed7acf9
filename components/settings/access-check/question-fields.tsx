'use client';
import { useId } from 'react';
import { useEngines, useRows } from '#components/live/inventory-store.ts';
import { Field } from '#components/ui/field.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { type InventoryKind, inventoryKinds } from '#lib/shared/inventory.ts';
import { useServiceAccounts, useTeams, useUsers } from '../access-data.ts';
import { operationGroups, operationsIn } from '../roles/operation-groups.ts';
import { kindOf, type Question } from './question.ts';

interface QuestionFieldsProps {
  question: Question;
  onChange: (part: Partial<Question>) => void;
}

/** Who, what, where and to which object. */
export function QuestionFields({ question, onChange }: QuestionFieldsProps) {
  const engines = useEngines() ?? [];
  const isConsole = question.operation.startsWith('console.');
  const kind = kindOf(question.operation);
  return (
    <div className="grid max-w-4xl gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <Who question={question} onChange={onChange} />
      <Field label="May do what">
        {(id) => (
          <Select
            id={id}
            value={question.operation}
            onChange={({ target }) => onChange({ operation: target.value, kind: '', object: '' })}
          >
            <option value="">Choose …</option>
            {operationGroups.map((group) => (
              <optgroup key={group.id} label={group.label}>
                {operationsIn(group.id).map(({ name, label }) => (
                  <option key={name} value={name}>
                    {label} ({name})
                  </option>
                ))}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <Field label="On which engine" hint={isConsole ? 'This is about the console itself.' : undefined}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            disabled={isConsole}
            value={question.engine}
            onChange={({ target }) => onChange({ engine: target.value, kind: '', object: '' })}
          >
            <option value="">Choose …</option>
            {engines.map(({ id: engineId, name }) => (
              <option key={engineId} value={name}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {inventoryKinds
        .filter((each) => each === kind && question.engine !== '')
        .map((each) => (
          <ObjectField key={`${each} ${question.engine}`} kind={each} question={question} onChange={onChange} />
        ))}
    </div>
  );
}

/** Chosen from a list by whoever may read it; an auditor types an e-mail. */
function Who({ question, onChange }: QuestionFieldsProps) {
  const users = useUsers();
  const services = useServiceAccounts().data?.rows ?? [];
  const teams = useTeams().data?.rows ?? [];
  if (users.isError)
    return (
      <Field label="Who" hint="E-mail, or the name of a service account.">
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            defaultValue={question.who.replace(/^user:/, '')}
            onBlur={({ target }) => onChange({ who: target.value.trim() === '' ? '' : `user:${target.value.trim()}` })}
          />
        )}
      </Field>
    );
  const known = [
    ...(users.data?.rows.map(({ id }) => `user:${id}`) ?? []),
    ...services.map(({ id }) => `user:${id}`),
    ...teams.map(({ id }) => `team:${id}`),
  ];
  const byEmail = users.data?.rows.find(({ email }) => question.who === `user:${email}`);
  const value = byEmail ? `user:${byEmail.id}` : question.who;
  return (
    <Field label="Who">
      {(id) => (
        <Select id={id} value={value} onChange={({ target }) => onChange({ who: target.value })}>
          <option value="">Choose …</option>
          {value !== '' && !known.includes(value) && <option value={value}>{value.replace(/^[a-z]+:/, '')}</option>}
          <optgroup label="Users">
            {users.data?.rows.map((user) => (
              <option key={user.id} value={`user:${user.id}`}>
                {user.name ? `${user.name} (${user.email})` : user.email}
              </option>
            ))}
          </optgroup>
          <optgroup label="Teams">
            {teams.map((team) => (
              <option key={team.id} value={`team:${team.id}`}>
                {team.name}
              </option>
            ))}
          </optgroup>
          <optgroup label="Service accounts">
            {services.map((service) => (
              <option key={service.id} value={`user:${service.id}`}>
                {service.email}
              </option>
            ))}
          </optgroup>
        </Select>
      )}
    </Field>
  );
}

const offeredMax = 300;

function ObjectField({ kind, question, onChange }: QuestionFieldsProps & { kind: InventoryKind }) {
  const listId = useId();
  const rows = useRows(kind) ?? [];
  const names = rows
    .filter(({ engine }) => engine === question.engine)
    .flatMap((row) => (row.kind === 'image' ? row.tags : [row.name]));
  return (
    <Field label={`Which ${kind}`} hint={`Name or id; empty: on some ${kind} there.`}>
      {(id, note) => (
        <>
          <Input
            key={question.object}
            id={id}
            aria-describedby={note}
            list={listId}
            defaultValue={question.object}
            onBlur={({ target }) => {
              const object = target.value.trim();
              if (object !== question.object) onChange({ object, kind: object === '' ? '' : kind });
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur();
            }}
          />
          <datalist id={listId}>
            {names.slice(0, offeredMax).map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
