'use client';
import { Check, X } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useEngines } from '#components/live/inventory-store.ts';
import { useGrants, useTeams, useUsers } from '#components/settings/access-data.ts';
import { rowsOf } from '#components/settings/schemas.ts';
import { providerSchema, providersPath } from '#components/settings/sign-in/provider-form.ts';
import { useApi } from '#components/settings/use-api.ts';
import { useInvitations } from '#components/settings/users/use-invitations.ts';
import { settingsGroupsFor } from '#components/shell/settings-pages.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { type StartStep, startSteps } from './getting-started-steps.ts';

const providersSchema = rowsOf(providerSchema);
const dismissedKey = 'pilothouse.getting-started.dismissed';
const checkedKey = 'pilothouse.getting-started.checked';

/** The way from an empty console to teams in their scopes, for whoever manages both; until it is done or sent away. */
export function GettingStarted() {
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(dismissedKey) !== null);
  return dismissed ? null : (
    <Steps
      onDismiss={() => {
        localStorage.setItem(dismissedKey, '1');
        setDismissed(true);
      }}
    />
  );
}

function Steps({ onDismiss }: { onDismiss: () => void }) {
  const { mayConsole } = useCapabilities();
  const known = new Set(settingsGroupsFor(mayConsole).flatMap(({ pages }) => pages.map(({ href }) => href)));
  const engines = useEngines();
  const users = useUsers().data?.rows;
  const teams = useTeams().data?.rows;
  const grants = useGrants().data?.rows;
  const invitations = useInvitations().data?.rows;
  const providers = useApi(providersPath, providersSchema).data?.rows;
  // Nothing is shown on a guess: a step that is done must not flash up as one to do.
  if (!engines || !users || !teams || !grants || !invitations || !providers) return null;
  const steps = startSteps({
    engines: engines.length,
    teams: teams.length,
    people: users.length,
    invitations: invitations.filter(({ kind }) => kind === 'invite').length,
    providers: providers.length,
    grants,
    checked: localStorage.getItem(checkedKey) !== null,
  })
    .map((step) => ({ ...step, links: step.links.filter(({ href }) => known.has(href)) }))
    .filter(({ links }) => links.length > 0);
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  const next = steps.find((step) => !step.done)?.id;
  return (
    <section aria-labelledby="getting-started" className="mx-3 mb-4 rounded-lg border bg-panel sm:mx-4">
      <header className="flex items-center gap-2 border-b py-1.5 pr-1.5 pl-3">
        <h2 id="getting-started" className="font-semibold">
          Getting started
        </h2>
        <span className="text-ink-faint text-xs">
          {done} of {steps.length} done
        </span>
        <Button tone="quiet" size="icon" className="ml-auto" aria-label="Dismiss getting started" onClick={onDismiss}>
          <X />
        </Button>
      </header>
      <ol className="grid sm:grid-cols-2 lg:grid-cols-5 lg:divide-x">
        {steps.map((step, index) => (
          <Step key={step.id} step={step} number={index + 1} isNext={step.id === next} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, number, isNext }: { step: StartStep; number: number; isNext: boolean }) {
  return (
    <li className="flex gap-2.5 px-3 py-3">
      <span
        aria-hidden="true"
        className={cn(
          'mt-px grid size-[18px] shrink-0 place-items-center rounded-full font-semibold text-2xs',
          step.done ? 'bg-ok-bg text-ok' : isNext ? 'bg-accent text-accent-ink' : 'bg-idle-bg text-ink-soft',
        )}
      >
        {step.done ? <Check className="size-3" strokeWidth={3} /> : number}
      </span>
      <div className="min-w-0 space-y-1">
        <p className={step.done ? 'text-ink-soft' : 'font-medium'}>
          {step.label}
          {step.done && <span className="sr-only">: done</span>}
        </p>
        <p className="text-ink-faint text-xs">{step.hint}</p>
        <p className="flex flex-wrap gap-1.5 pt-0.5">
          {step.links.map(({ href, label }, index) => (
            <Link
              key={href}
              href={href}
              className={buttonClass({ size: 'sm', tone: isNext && index === 0 ? 'primary' : 'plain' })}
              onClick={() => step.id === 'check' && localStorage.setItem(checkedKey, '1')}
            >
              {label}
            </Link>
          ))}
        </p>
      </div>
    </li>
  );
}
