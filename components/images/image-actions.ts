import { Tag, Trash2, Upload } from 'lucide-react';
import { type Action, formValue, type JobAction } from '#components/resource/descriptor.ts';
import { deleteStep, dockerCommand, postStep, queryOf } from '#components/resource/steps.ts';
import type { ImageRow } from '#lib/shared/inventory.ts';
import { imageName } from './image-name.ts';
import { checkReference, imagePath, splitReference } from './reference.ts';

const tag: JobAction<ImageRow> = {
  kind: 'job',
  id: 'tag',
  label: 'Tag',
  icon: Tag,
  hotkey: 't',
  needs: 'image.tag',
  doing: 'tagging',
  bulk: false,
  refuse: () => undefined,
  form: ([row]) => ({
    title: `Tag ${row ? imageName(row) : ''}`,
    intro: 'A tag that another image has moves to this one.',
    fields: [
      {
        kind: 'text',
        name: 'reference',
        label: 'New tag',
        initial: '',
        placeholder: 'registry.example/team/app:1.2',
        mono: true,
        check: checkReference,
      },
    ],
    confirmLabel: 'Tag',
  }),
  steps: (row, values) => {
    const reference = formValue.text(values, 'reference');
    const { name, tag: wanted = 'latest' } = splitReference(reference);
    return [
      postStep(
        row.engine,
        `/images/${imagePath(row.id)}/tag${queryOf({ repo: name, tag: wanted })}`,
        `tag ${imageName(row)} as ${reference}`,
      ),
    ];
  },
  command: (row, values) => dockerCommand('tag', imageName(row), formValue.text(values, 'reference')),
};

const push: JobAction<ImageRow> = {
  kind: 'job',
  id: 'push',
  label: 'Push',
  icon: Upload,
  needs: 'image.push',
  doing: 'pushing',
  bulk: false,
  refuse: (row) => (row.tags.length > 0 ? undefined : 'It has no tag; tag it first.'),
  form: ([row]) => ({
    title: `Push ${row ? imageName(row) : ''}`,
    intro: 'The registry stands in the name. Stored credentials for it are used on the server and never shown.',
    fields: [
      {
        kind: 'select',
        name: 'tag',
        label: 'Tag',
        initial: row?.tags[0] ?? '',
        options: (row?.tags ?? []).map((value) => ({ value, label: value })),
      },
    ],
    confirmLabel: 'Push',
  }),
  steps: (row, values) => {
    const reference = formValue.text(values, 'tag');
    const { name, tag: wanted } = splitReference(reference);
    return [postStep(row.engine, `/images/${imagePath(name)}/push${queryOf({ tag: wanted })}`, `push ${reference}`)];
  },
  command: (_row, values) => dockerCommand('push', formValue.text(values, 'tag')),
};

const allTags = '*';

/** What the engine is asked to remove: each tag by its name (the last one takes the image), or the image by its id. */
function removed(row: ImageRow, chosen: string): string[] {
  if (chosen && chosen !== allTags) return [chosen];
  return row.tags.length > 0 ? [...row.tags] : [row.id];
}

const remove: JobAction<ImageRow> = {
  kind: 'job',
  id: 'remove',
  label: 'Remove',
  icon: Trash2,
  hotkey: 'd',
  needs: 'image.remove',
  danger: true,
  doing: 'removing',
  bulk: true,
  refuse: () => undefined,
  form: (rows) => {
    const used = rows.filter((row) => row.containers > 0);
    const [row] = rows;
    const tags = rows.length === 1 && row && row.tags.length > 1 ? row.tags : [];
    return {
      title: rows.length === 1 && row ? `Remove ${imageName(row)}?` : `Remove ${rows.length} images?`,
      intro:
        used.length > 0
          ? `In use: ${used.slice(0, 8).map(imageName).join(', ')}${used.length > 8 ? ' …' : ''}. The engine keeps what a running container uses.`
          : 'What no registry has and nobody can build again is gone.',
      fields: [
        ...(tags.length > 0
          ? [
              {
                kind: 'select' as const,
                name: 'which',
                label: 'What goes',
                initial: allTags,
                options: [
                  { value: allTags, label: `The image with all its ${tags.length} tags` },
                  ...tags.map((value) => ({ value, label: `Only the tag ${value}` })),
                ],
              },
            ]
          : []),
        {
          kind: 'check',
          name: 'force',
          label: 'Force',
          hint: 'Also when a stopped container uses it.',
          initial: false,
        },
      ],
      confirmLabel: 'Remove',
    };
  },
  steps: (row, values) =>
    removed(row, formValue.text(values, 'which')).map((reference) =>
      deleteStep(
        row.engine,
        `/images/${imagePath(reference)}${queryOf({ force: formValue.check(values, 'force') })}`,
        `remove ${reference === row.id ? imageName(row) : reference}`,
      ),
    ),
  command: (row, values) =>
    dockerCommand('rmi', formValue.check(values, 'force') && '-f', ...removed(row, formValue.text(values, 'which'))),
};

export const imageActions: readonly Action<ImageRow>[] = [tag, push, remove];
