'use client';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { type May, useCapabilities } from '#components/live/capabilities-store.ts';
import { shownError } from '#components/live/errors.ts';
import { startJob } from '#components/live/jobs.ts';
import { auditToast } from '#components/ui/explain.ts';
import { toast } from '#components/ui/toast.ts';
import type { Action, FormValues, Resource, ResourceRow, Task, TaskContext } from './descriptor.ts';
import type { FormDialogProps } from './form-dialog.tsx';
import { jobOf } from './job-of.ts';

const FormDialog = dynamic(() => import('./form-dialog.tsx').then((module) => module.FormDialog), { ssr: false });

interface Runner {
  /** Starts it, asks first where it must, or goes to its page. Rows that refuse or are not allowed are left out. */
  run: <R extends ResourceRow>(resource: Resource<R>, action: Action<R>, rows: readonly R[]) => void;
  runTask: (task: Task, chosen: readonly string[]) => void;
}

const RunnerContext = createContext<Runner | undefined>(undefined);

export function useRunner(): Runner {
  const runner = useContext(RunnerContext);
  if (!runner) throw new Error('There is no ActionRunner around this component.');
  return runner;
}

/** Why this action can't be done to this row by this person now; undefined: it can. */
export function refusal<R extends ResourceRow>(action: Action<R>, row: R, { may }: May): string | undefined {
  if (!may(row.engine, action.needs)) return `Your role on ${row.engine} does not allow this.`;
  return action.refuse(row);
}

/** The engines on which this person may do it. */
export function enginesFor({ needs, oneByOne }: Task, { engines, may, scoped }: May): string[] {
  return engines.filter(
    (engine) => may(engine, needs) || (oneByOne !== undefined && scoped(engine) && may(engine, oneByOne)),
  );
}

/** Holds the one dialog of the page and knows how to start things. Wraps the whole frame. */
export function ActionRunner({ children }: { children: ReactNode }) {
  const router = useRouter();
  const capabilities = useCapabilities();
  const [dialog, setDialog] = useState<FormDialogProps>();
  const close = useCallback(() => setDialog(undefined), []);

  const runner = useMemo<Runner>(() => {
    function run<R extends ResourceRow>(resource: Resource<R>, action: Action<R>, all: readonly R[]) {
      const rows = all.filter((row) => !refusal(action, row, capabilities));
      const [first] = rows;
      if (!first) {
        const [one] = all;
        if (one) toast.info(refusal(action, one, capabilities) ?? 'There is nothing to do.');
        return;
      }
      if (action.kind === 'link') return router.push(action.href(first));
      const start = async (values: FormValues) => {
        const { request, keys } = jobOf(resource, action, rows, values);
        await startJob(request, { keys, word: action.doing });
      };
      const form = action.form === 'none' ? undefined : action.form(rows);
      if (!form) return void start({}).catch(showFailure);
      setDialog({
        form,
        danger: action.danger ?? false,
        commands: (values) => rows.map((row) => action.command(row, values)),
        onSubmit: start,
        onClose: close,
      });
    }
    function runTask(task: Task, chosen: readonly string[]) {
      const engines = enginesFor(task, capabilities);
      if (engines.length === 0) return void toast.info('Your role does not allow this on any engine.');
      const context: TaskContext = { engines, chosen: chosen.filter((engine) => engines.includes(engine)) };
      setDialog({
        form: task.form(context),
        danger: task.danger ?? false,
        commands: task.commands,
        onSubmit: async (values) => void (await startJob(task.job(values))),
        onClose: close,
      });
    }
    return { run, runTask };
  }, [capabilities, router, close]);

  return (
    <RunnerContext value={runner}>
      {children}
      {dialog && <FormDialog {...dialog} />}
    </RunnerContext>
  );
}

function showFailure(cause: unknown) {
  const { message, auditId } = shownError(cause);
  toast.error(message, auditToast(auditId));
}
