import type { LucideIcon } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { JobRequest, JobStep } from '#lib/shared/realtime.ts';

/** What every listed thing has. `id` is unique within its engine and noun. */
export interface ResourceRow {
  engine: string;
  id: string;
}

export function rowKey(row: ResourceRow): string {
  return `${row.engine}/${row.id}`;
}

/**
 * All that a noun must supply to have a list page, its place in the palette and its actions everywhere. Nothing is
 * optional that a page would miss: a noun that forgets one does not compile.
 */
export interface Resource<R extends ResourceRow> {
  noun: { one: string; many: string };
  /** Heading and name in the navigation. */
  title: string;
  icon: LucideIcon;
  /** The list page, `/containers`. */
  path: string;
  /** Whoever may not list these does not see the page in the navigation. */
  listOperation: EngineOperation;
  /** Live rows over all engines; undefined: nothing known yet. */
  useRows: () => readonly R[] | undefined;
  name: (row: R) => string;
  /** The object's own page. */
  href: (row: R) => string;
  /** What the filter box and the palette search; lower case is made of it. */
  searchText: (row: R) => string;
  /** Shape and word, for the palette and the head of the detail page. */
  State: ComponentType<{ row: R }>;
  columns: readonly Column<R>[];
  /** Column id, with `-` in front for descending. */
  defaultSort: string;
  filters: readonly QuickFilter<R>[];
  groups: readonly Grouping<R>[];
  actions: readonly Action<R>[];
  tasks: readonly Task[];
  empty: { title: string; text: ReactNode };
}

export interface Column<R> {
  id: string;
  label: string;
  cell: (row: R) => ReactNode;
  /** By what it sorts; absent: it can't be sorted. Times and numbers as numbers. */
  sort?: (row: R) => string | number | undefined;
  /** Least width in pixels, and its share of what is left over. */
  minPx: number;
  grow: number;
  /** `always`: can't be hidden, goes last when there is no room. `chosen`: hidden until somebody wants it. */
  shown: 'always' | 'default' | 'chosen';
  /** Where it stands in the two-line row on a phone. */
  phone: 'title' | 'side' | 'below' | 'hidden';
  align?: 'end';
}

/** One of a few views, with a count: running, unused, dangling ... */
export interface QuickFilter<R> {
  id: string;
  label: string;
  test: (row: R) => boolean;
}

export interface Grouping<R> {
  id: string;
  label: string;
  /** The group's heading; rows without one come last, under `rest`. */
  of: (row: R) => string | undefined;
  rest: string;
  href?: (row: R) => string | undefined;
}

export type Action<R extends ResourceRow> = JobAction<R> | LinkAction<R>;

interface ActionBase<R extends ResourceRow> {
  id: string;
  label: string;
  icon: LucideIcon;
  /** One key on the selected row. */
  hotkey?: string;
  needs: EngineOperation;
  danger?: boolean;
  /** Why it can't be done to this row as it is now; undefined: it can. */
  refuse: (row: R) => string | undefined;
}

/** Goes to a page. */
export interface LinkAction<R extends ResourceRow> extends ActionBase<R> {
  kind: 'link';
  href: (row: R) => string;
}

/** Done by the server as a job, with a result per step. */
export interface JobAction<R extends ResourceRow> extends ActionBase<R> {
  kind: 'job';
  /** What the row shows meanwhile: `stopping`. */
  doing: string;
  /** May be done to many at once. */
  bulk: boolean;
  /** What is asked first; `none`, or nothing returned for these rows: it starts at once. */
  form: 'none' | ((rows: readonly R[]) => ActionForm | undefined);
  steps: (row: R, values: FormValues) => JobStep[];
  /** The docker command that does the same to one row. */
  command: (row: R, values: FormValues) => string;
}

/** Something that is done without a row: pull, create, prune. */
export interface Task {
  id: string;
  label: string;
  icon: LucideIcon;
  hotkey?: string;
  needs: EngineOperation;
  /** By this it is done object by object for whoever sees only some of an engine's and lacks `needs`. */
  oneByOne?: EngineOperation;
  danger?: boolean;
  /** The main one of its page stands out. */
  primary?: boolean;
  form: (context: TaskContext) => ActionForm;
  job: (values: FormValues) => JobRequest;
  /** One line each. */
  commands: (values: FormValues) => string[];
}

export interface TaskContext {
  /** Engines on which this person may do it, the filtered ones first chosen. */
  engines: readonly string[];
  chosen: readonly string[];
}

export type FormValue = string | boolean | readonly string[];
export type FormValues = Readonly<Record<string, FormValue>>;

export interface ActionForm {
  title: string;
  /** A sentence or two before the fields. */
  intro?: ReactNode;
  /** What will be lost for good, one line each. */
  losses?: readonly string[];
  fields: readonly FormField[];
  confirmLabel: string;
  /** This must be typed first. */
  typeToConfirm?: string;
  /** What it will touch, given the fields as they are now: a preview before anything is done. */
  Preview?: ComponentType<{ values: FormValues }>;
  /** A sentence that says why it can't be done yet, given all fields. */
  check?: (values: FormValues) => string | undefined;
}

interface FieldBase {
  name: string;
  label: string;
  hint?: ReactNode;
  /** Shown only when this holds. */
  when?: (values: FormValues) => boolean;
}

export type FormField = FieldBase &
  (
    | { kind: 'check'; initial: boolean }
    | {
        kind: 'text';
        initial: string;
        placeholder?: string;
        mono?: boolean;
        check?: (value: string) => string | undefined;
      }
    | { kind: 'lines'; initial: string; placeholder?: string; check?: (value: string) => string | undefined }
    | { kind: 'select'; initial: string; options: readonly { value: string; label: string }[] }
    | { kind: 'engines'; initial: readonly string[]; options: readonly string[]; single?: boolean }
  );

/** Reads of form values, so that nouns need not narrow by hand. */
export const formValue = {
  text: (values: FormValues, name: string): string => {
    const value = values[name];
    return typeof value === 'string' ? value.trim() : '';
  },
  check: (values: FormValues, name: string): boolean => values[name] === true,
  list: (values: FormValues, name: string): readonly string[] => {
    const value = values[name];
    return typeof value === 'object' ? value : [];
  },
};
