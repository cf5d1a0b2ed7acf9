import { timeOf } from '#components/inspect/engine-json.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Section } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { ContainerInspect } from './container-inspect.ts';

type Health = NonNullable<ContainerInspect['State']['Health']>;

/** The health check and what its last probes said, the newest first. */
export function ContainerHealth({ health, test }: { health: Health; test: readonly string[] }) {
  const tone = health.Status === 'healthy' ? 'ok' : health.Status === 'unhealthy' ? 'bad' : 'info';
  const command = test[0] === 'CMD-SHELL' || test[0] === 'CMD' ? test.slice(1).join(' ') : test.join(' ');
  return (
    <Section
      title="Health"
      action={
        <>
          {health.FailingStreak > 0 && (
            <span className="text-warn text-xs">failed {health.FailingStreak} in a row</span>
          )}
          <Badge tone={tone}>{health.Status}</Badge>
        </>
      }
    >
      {command && <p className="break-all border-b px-3 py-1.5 font-mono text-ink-soft text-xs">{command}</p>}
      <ol className="max-h-72 overflow-y-auto">
        {[...health.Log].reverse().map((probe) => (
          <li key={probe.Start} className="px-3 py-1.5 [&+li]:border-t">
            <div className="flex items-center gap-2 text-xs">
              <Badge tone={probe.ExitCode === 0 ? 'ok' : 'bad'}>
                {probe.ExitCode === 0 ? 'passed' : `failed (${probe.ExitCode})`}
              </Badge>
              <RelativeTime at={timeOf(probe.Start)} className="text-ink-faint" />
            </div>
            {probe.Output.trim() && (
              <pre className="mt-1 max-h-32 overflow-auto whitespace-pre-wrap break-all font-mono text-ink-soft text-xs">
                {probe.Output.trim()}
              </pre>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
