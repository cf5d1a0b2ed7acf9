'use client';
import { useId, useMemo } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { useEngines, useRows } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { repositoryOf } from '#lib/authz/resource-scope.ts';
import { TextField } from '../form.tsx';
import { type GrantForm, placeOf } from './grant-draft.ts';
import { enginesAt } from './reach.ts';

const labelsMax = 60;

/** Which objects: by compose project, labels, name and images. What is typed is chosen from what runs now. */
export function ScopeFields({ form }: { form: UseFormReturn<GrantForm> }) {
  const id = useId();
  const [place, project, images] = form.watch(['place', 'project', 'images']);
  const there = useThere(place);
  const used = [...(there.imagesOf.get(project.trim()) ?? [])].sort();
  const offered = used.filter((image) => !images.split(/[\s,]+/).includes(image));
  const add = () =>
    form.setValue('images', [images.trim(), ...offered].filter(Boolean).join(', '), { shouldValidate: true });
  return (
    <div className="space-y-3 rounded-md border bg-sunken px-3 py-2.5">
      <p className="text-ink-soft text-xs">
        Containers, networks and volumes for which all of these hold. What is made within the scope gets its labels.
      </p>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField form={form} name="project" label="Compose project" placeholder="shop" list={`${id}-projects`} />
        <TextField form={form} name="name" label="Name" placeholder="web-*" hint="* stands for any characters." />
      </div>
      <TextField form={form} name="labels" label="Labels" placeholder="team=a, tier" list={`${id}-labels`} />
      <TextField
        form={form}
        name="images"
        label="Images"
        placeholder="shop/*, redis"
        className="font-mono text-xs"
        hint={
          images.trim()
            ? 'Repositories, or repository:tag. These can be seen, run and, if the role may, pulled and removed.'
            : 'Images go by their name alone. Without any, no image is seen and none can be run: what is there can be steered, nothing new made.'
        }
      />
      {offered.length > 0 && (
        <Button size="sm" onClick={add}>
          Add what {project.trim()} runs: {offered.slice(0, 3).join(', ')}
          {offered.length > 3 && ` and ${offered.length - 3} more`}
        </Button>
      )}
      <datalist id={`${id}-projects`}>
        {there.projects.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`${id}-labels`}>
        {there.labels.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </div>
  );
}

/** What runs on the engines of that place: projects, labels, and the images of each project. */
function useThere(place: string) {
  const engines = useEngines();
  const rows = useRows('container');
  return useMemo(() => {
    const names = new Set(enginesAt(placeOf(place), engines ?? []).map(({ name }) => name));
    const labels = new Set<string>();
    const imagesOf = new Map<string, string[]>();
    for (const row of rows ?? []) {
      if (!names.has(row.engine)) continue;
      for (const [key, value] of Object.entries(row.labels)) {
        if (labels.size < labelsMax && value.length < 60 && !key.startsWith('com.docker.'))
          labels.add(`${key}=${value}`);
      }
      if (!row.project) continue;
      const image = repositoryOf(row.image);
      const images = imagesOf.get(row.project) ?? [];
      if (!images.includes(image) && !image.startsWith('sha256')) images.push(image);
      imagesOf.set(row.project, images);
    }
    return { projects: [...imagesOf.keys()].sort(), labels: [...labels].sort(), imagesOf };
  }, [place, engines, rows]);
}
