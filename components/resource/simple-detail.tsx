'use client';
import type { ReactNode } from 'react';
import type { LiveObject } from '#components/live/use-object.ts';
import type { Resource, ResourceRow } from './descriptor.ts';
import { DetailFrame, type DetailTab } from './detail-frame.tsx';
import { ObjectNotes } from './object-notes.tsx';

/** The frame, the notes on what happened to the object meanwhile, and the panel of the tab. */
export function SimpleDetail<R extends ResourceRow>(props: {
  resource: Resource<R>;
  object: LiveObject<R>;
  reference: string;
  tabs: readonly DetailTab[];
  tab: string;
  base: string;
  children: (row: R) => ReactNode;
}) {
  const { resource, object, reference, tabs, tab, base, children } = props;
  const { row } = object;
  return (
    <DetailFrame
      resource={resource}
      engine={object.engine}
      reference={reference}
      row={row}
      gone={object.goneAt !== undefined}
      lost={object.lost}
      tabs={tabs}
      tab={tab}
      base={base}
    >
      {row && (
        <div className="flex h-full min-h-0 flex-col">
          <ObjectNotes noun={resource.noun.one} name={resource.name(row)} {...object} />
          {children(row)}
        </div>
      )}
    </DetailFrame>
  );
}
