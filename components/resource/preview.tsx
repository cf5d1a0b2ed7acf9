import type { ReactNode } from 'react';

const shownMax = 200;

/** What a prune would take, by name, before anything is done. */
export function GoingList(props: {
  items: readonly { key: string; name: string; note?: ReactNode }[];
  none: string;
  note?: ReactNode;
}) {
  const { items, none, note } = props;
  if (items.length === 0) return <p className="rounded-md bg-sunken px-3 py-2 text-ink-soft">{none}</p>;
  return (
    <div className="overflow-hidden rounded-md border">
      <p className="border-b bg-bad-bg px-3 py-1.5 text-bad">
        {items.length === 1 ? 'This one goes' : `These ${items.length} go`}, for good{note && <>: {note}</>}
      </p>
      <ul className="max-h-52 overflow-y-auto py-1">
        {items.slice(0, shownMax).map((item) => (
          <li key={item.key} className="flex items-baseline gap-3 px-3 py-0.5">
            <span className="min-w-0 flex-1 truncate font-mono text-xs" title={item.name}>
              {item.name}
            </span>
            {item.note && <span className="shrink-0 text-ink-faint text-xs">{item.note}</span>}
          </li>
        ))}
        {items.length > shownMax && <li className="px-3 py-0.5 text-ink-faint">and {items.length - shownMax} more</li>}
      </ul>
    </div>
  );
}
