'use client';
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { NothingHere, Section } from '#components/ui/facts.tsx';
import { Input } from '#components/ui/input.tsx';
import { SecretText } from '#components/ui/secret-text.tsx';
import { splitEnv } from './container-inspect.ts';

/**
 * The environment. The door has already taken out what this person may not see; values that may be seen are still
 * covered until asked for, against eyes over the shoulder.
 */
export function ContainerEnv({ engine, env }: { engine: string; env: readonly string[] }) {
  const [shown, setShown] = useState(false);
  const mayReveal = useCapabilities().seeSecrets(engine);
  const pairs = env.map(splitEnv).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <Section
      title="Environment"
      count={pairs.length}
      className="lg:col-span-2"
      action={
        mayReveal &&
        pairs.length > 0 && (
          <>
            <CopyButton text={env.join('\n')} label="Copy all" />
            <Button size="sm" tone="quiet" onClick={() => setShown(!shown)} aria-pressed={shown}>
              {shown ? <EyeOff /> : <Eye />}
              {shown ? 'Cover' : 'Show values'}
            </Button>
          </>
        )
      }
    >
      {pairs.length === 0 ? (
        <NothingHere>It sets no variables.</NothingHere>
      ) : (
        <Pairs
          pairs={pairs}
          render={(value) =>
            shown || !mayReveal ? <SecretText value={value} /> : <span className="text-ink-faint">••••••</span>
          }
          copyable={mayReveal}
        />
      )}
    </Section>
  );
}

const manyLabels = 12;

export function ContainerLabels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const [filter, setFilter] = useState('');
  const needle = filter.trim().toLowerCase();
  const pairs = Object.entries(labels)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const found = needle ? pairs.filter(({ name, value }) => `${name}=${value}`.toLowerCase().includes(needle)) : pairs;
  return (
    <Section
      title="Labels"
      count={pairs.length}
      className="lg:col-span-2"
      action={
        pairs.length > manyLabels && (
          <Input
            aria-label="Filter the labels"
            placeholder="Filter"
            className="h-6 w-40 text-xs"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        )
      }
    >
      {pairs.length === 0 ? (
        <NothingHere>No labels.</NothingHere>
      ) : (
        <Pairs pairs={found} render={(value) => <SecretText value={value} />} copyable />
      )}
    </Section>
  );
}

function Pairs(props: {
  pairs: readonly { name: string; value: string }[];
  render: (value: string) => React.ReactNode;
  copyable: boolean;
}) {
  return (
    <dl className="max-h-96 overflow-y-auto py-1 font-mono text-xs">
      {props.pairs.map(({ name, value }) => (
        <div
          key={name}
          className="group flex items-start gap-3 px-3 py-0.5 hover:bg-hover max-sm:flex-col max-sm:gap-0"
        >
          <dt className="w-72 shrink-0 break-all text-ink-soft max-sm:w-auto">{name}</dt>
          <dd className="min-w-0 flex-1 break-all">
            {props.render(value)}
            {props.copyable && (
              <span className="opacity-0 focus-within:opacity-100 group-hover:opacity-100">
                <CopyButton text={value} label={`Copy ${name}`} className="-my-1 ml-1 size-5" />
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
