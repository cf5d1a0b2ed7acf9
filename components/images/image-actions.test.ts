import { describe, expect, it } from 'vitest';
import type { FormValues, JobAction } from '#components/resource/descriptor.ts';
import type { ImageRow } from '#lib/shared/inventory.ts';
import { imageActions } from './image-actions.ts';
import { pruneImages, pullImage } from './image-tasks.tsx';

const row: ImageRow = {
  kind: 'image',
  engine: 'a',
  id: `sha256:${'1'.repeat(64)}`,
  tags: ['r.example:5000/team/app:1', 'app:latest'],
  digests: [],
  sizeBytes: 1,
  createdAt: 0,
  labels: {},
  containers: 0,
};

function asked(id: string, values: FormValues, of: ImageRow = row): string[] {
  const found = imageActions.find((each) => each.id === id);
  if (found?.kind !== 'job') throw new Error(`no job action ${id}`);
  const action: JobAction<ImageRow> = found;
  return action.steps(of, values).map(({ method, path }) => `${method} ${path}`);
}

describe('images', () => {
  it('are removed tag by tag, so that nothing is forced that need not be', () => {
    expect(asked('remove', { which: '*' })).toEqual([
      'DELETE /images/r.example%3A5000/team/app%3A1',
      'DELETE /images/app%3Alatest',
    ]);
  });

  it('lose only the tag that was chosen', () => {
    expect(asked('remove', { which: 'app:latest' })).toEqual(['DELETE /images/app%3Alatest']);
  });

  it('without a tag are removed by id', () => {
    expect(asked('remove', {}, { ...row, tags: [] })).toEqual([`DELETE /images/sha256%3A${'1'.repeat(64)}`]);
  });

  it('are tagged with latest when no tag is named', () => {
    expect(asked('tag', { reference: 'r.example:5000/x' })).toEqual([
      `POST /images/sha256%3A${'1'.repeat(64)}/tag?repo=r.example%3A5000%2Fx&tag=latest`,
    ]);
  });

  it('are pulled on each chosen engine, never with all tags', () => {
    const { steps } = pullImage.job({ reference: 'r.example:5000/x', engines: ['a', 'b'], platform: '' });
    expect(steps.map(({ engine, path }) => `${engine} ${path}`)).toEqual([
      'a /images/create?fromImage=r.example%3A5000%2Fx&tag=latest',
      'b /images/create?fromImage=r.example%3A5000%2Fx&tag=latest',
    ]);
  });

  it('are pruned with tagged ones only when that was ticked', () => {
    const filters = (all: boolean) =>
      new URL(pruneImages.job({ engines: ['a'], all }).steps[0]?.path ?? '', 'http://x').searchParams.get('filters');
    expect(filters(false)).toBe('{"dangling":["true"]}');
    expect(filters(true)).toBe('{"dangling":["false"]}');
  });
});
