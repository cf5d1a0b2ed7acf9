import { Plug, SquareTerminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { ask, getSocket } from '#components/live/socket.ts';
import { Button, Spinner } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import type { TerminalInfo } from '#lib/shared/realtime.ts';
import { splitCommand } from './split-command.ts';
import type { TerminalStart } from './terminal-screen.tsx';

interface TerminalLauncherProps {
  engine: string;
  container: string;
  running: boolean;
  canAttach: boolean;
  /** Terminals of this person that no tab of this page shows. */
  held: readonly TerminalInfo[];
  onStart: (start: TerminalStart) => void;
}

interface Shells {
  list: readonly string[];
  problem?: string;
}

/** Chooses what a new terminal runs: a shell that was found, a command, or the main process itself. */
export function TerminalLauncher({ engine, container, running, canAttach, held, onStart }: TerminalLauncherProps) {
  const [shells, setShells] = useState<Shells>();
  const [user, setUser] = useState('');
  const [command, setCommand] = useState('');
  useEffect(() => {
    if (!running) return;
    let current = true;
    setShells(undefined);
    ask(getSocket(), 'terminal:shells', { engine, container }).then(
      ({ shells: list, problem }) => current && setShells({ list, problem }),
      (cause: unknown) => current && setShells({ list: [], problem: shownError(cause).message }),
    );
    return () => {
      current = false;
    };
  }, [engine, container, running]);
  const exec = (words: string[]) =>
    onStart({ open: { engine, container, kind: 'exec', command: words, user: user.trim() || undefined } });
  const words = splitCommand(command);

  if (!running)
    return (
      <p className="mx-auto max-w-md px-6 py-16 text-center text-ink-soft">
        The container is not running: there is nothing to open a terminal in. Start it first.
      </p>
    );
  return (
    <div className="mx-auto flex w-full max-w-xl flex-col gap-5 overflow-y-auto px-4 py-8">
      {held.length > 0 && (
        <section className="space-y-2">
          <h2 className="font-semibold">Still open</h2>
          <p className="text-ink-soft text-xs">
            Held by the server from another page; going on here takes it from there.
          </p>
          <div className="flex flex-wrap gap-2">
            {held.map((info) => (
              <Button key={info.id} onClick={() => onStart({ resume: info.id })}>
                <SquareTerminal />
                {terminalLabel(info)}
                {info.user && ` as ${info.user}`}
              </Button>
            ))}
          </div>
        </section>
      )}
      <section className="space-y-2">
        <h2 className="font-semibold">Open a shell</h2>
        {!shells ? (
          <p role="status" className="flex items-center gap-2 text-ink-soft">
            <Spinner /> Looking for shells in the container
          </p>
        ) : (
          <>
            {shells.problem && <p className="rounded-md bg-warn-bg px-3 py-2 text-warn">{shells.problem}</p>}
            {shells.list.length === 0 && !shells.problem && (
              <p className="rounded-md bg-warn-bg px-3 py-2 text-warn">
                This container has no shell (a “distroless” image has none on purpose). A program that it does have can
                be run below.
              </p>
            )}
            <div className="flex flex-wrap gap-2">
              {shells.list.map((shell, i) => (
                <Button
                  key={shell}
                  tone={i === 0 ? 'primary' : 'plain'}
                  onClick={() => exec([shell])}
                  autoFocus={i === 0}
                >
                  <SquareTerminal />
                  {shell}
                </Button>
              ))}
            </div>
          </>
        )}
        <Field label="As user" hint="Name or number, with :group if wanted. Empty: the image's own user.">
          {(id, describedBy) => (
            <Input
              id={id}
              aria-describedby={describedBy}
              className="max-w-48 font-mono text-xs"
              placeholder="root"
              value={user}
              onChange={(event) => setUser(event.target.value)}
            />
          )}
        </Field>
      </section>
      <section>
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.length > 0) exec(words);
          }}
        >
          <Field label="Or run a command" className="flex-1">
            {(id) => (
              <Input
                id={id}
                className="font-mono text-xs"
                placeholder="redis-cli -n 1"
                value={command}
                onChange={(event) => setCommand(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" disabled={words.length === 0}>
            Run
          </Button>
        </form>
      </section>
      {canAttach && (
        <section className="space-y-2 border-t pt-4">
          <h2 className="font-semibold">Attach to the main process</h2>
          <p className="text-ink-soft">
            What is typed goes to the container's own process. With a terminal, Ctrl-C stops it and the container with
            it; closing the tab leaves it running.
          </p>
          <Button onClick={() => onStart({ open: { engine, container, kind: 'attach', command: [] } })}>
            <Plug />
            Attach
          </Button>
        </section>
      )}
    </div>
  );
}

/** What a tab is called. */
export function terminalLabel(info: Pick<TerminalInfo, 'kind' | 'command'>): string {
  if (info.kind === 'attach') return 'main process';
  return info.command.join(' ') || 'shell';
}
