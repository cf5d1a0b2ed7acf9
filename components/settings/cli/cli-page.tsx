'use client';
import Link from 'next/link';
import { useState } from 'react';
import { useEngines } from '#components/live/inventory-store.ts';
import { Banner } from '#components/ui/banner.tsx';
import { CommandLine } from '#components/ui/command-line.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/input.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Section } from '../section.tsx';
import { connectCommands, headerCommands } from './cli-commands.ts';

/** The exact commands for the docker CLI, both ways. `origin` is the console's public address. */
export function CliPage({ origin }: { origin: string }) {
  const engines = useEngines() ?? [];
  const [chosen, setChosen] = useState<string>();
  const engine = chosen ?? engines[0]?.name;
  if (!engine)
    return (
      <EmptyState title="No engine to connect to">Once you may see an engine, its commands stand here.</EmptyState>
    );
  const connect = connectCommands(origin, engine);
  const header = headerCommands(origin, engine);
  return (
    <>
      <PageHeader
        title="Connect your CLI"
        meta="docker, compose, SDKs and scripts under your own role, in the same trail"
      />
      {origin.startsWith('http://') && (
        <Banner tone="warn">
          This console is reached over plain http: tokens travel in clear, and the docker CLI's detach keys hang. Serve
          it with TLS (PILOTHOUSE_TLS_CERT, PILOTHOUSE_TLS_KEY, or a proxy).
        </Banner>
      )}
      <div className="px-3 pt-3 sm:px-4">
        <Field label="Engine" className="max-w-xs">
          {(id) => (
            <Select id={id} value={engine} onChange={(event) => setChosen(event.target.value)}>
              {engines.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Section
        title="1. A token"
        intro={
          <>
            Make one under{' '}
            <Link className="text-accent-text underline" href="/settings/account">
              Account
            </Link>{' '}
            and put it into a file that only you can read.
          </>
        }
      >
        <CommandLine command={connect.token} />
      </Section>
      <Section
        title="2. A local socket (recommended)"
        intro="Everything works through it: docker, buildx, compose up --build, SDKs, IDEs, Testcontainers. Run it from a checkout of Pilothouse and leave it open."
      >
        <div className="space-y-2">
          <CommandLine command={connect.serve} />
          <CommandLine command={connect.use} />
        </div>
      </Section>
      <Section
        title="Or: headers alone, nothing to run"
        intro="The plain docker CLI and compose without builds. Buildx sends no credentials, so builds need the socket. Behind an http proxy (nginx, Caddy) commands without -t lose their output this way: use the socket there. The folder is one of its own, because docker sends its headers to every host; your plugins are linked from ~/.docker."
      >
        <div className="space-y-2">
          <CommandLine command={header.config} />
          <CommandLine command={header.use} />
        </div>
      </Section>
    </>
  );
}
