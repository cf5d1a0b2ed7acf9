import type { ReactNode } from 'react';

/** One part of a settings page: what it is, a few words, what can be done, and the thing itself. */
export function Section(props: { title: string; intro?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b px-3 py-4 last:border-b-0 sm:px-4">
      <header className="mb-3 flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h2 className="font-semibold">{props.title}</h2>
          {props.intro && <p className="max-w-2xl text-ink-soft">{props.intro}</p>}
        </div>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}
