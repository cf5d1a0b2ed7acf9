import { describe, expect, it } from 'vitest';
import type { FormValues, JobAction } from '#components/resource/descriptor.ts';
import { jobOf } from '#components/resource/job-of.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { containerActions } from './container-actions.ts';

const row: ContainerRow = {
  kind: 'container',
  engine: 'a',
  id: 'c'.repeat(64),
  name: 'web-1',
  image: 'nginx',
  imageId: 'sha256:1',
  state: 'running',
  status: 'Up 2 hours',
  createdAt: 0,
  ports: [],
  networks: [],
  mounts: [],
  labels: {},
  command: '',
};

function action(id: string): JobAction<ContainerRow> {
  const found = containerActions.find((each) => each.id === id);
  if (found?.kind !== 'job') throw new Error(`no job action ${id}`);
  return found;
}

function asked(id: string, values: FormValues = {}): string[] {
  return action(id)
    .steps(row, values)
    .map(({ method, path }) => `${method} ${path.replaceAll(row.id, '<id>')}`);
}

describe('what is asked of the engine, and the docker command beside it', () => {
  it('works on the full id, so that a rename in between changes nothing', () => {
    expect(asked('stop')).toEqual(['POST /containers/<id>/stop']);
    expect(action('stop').command(row, {})).toBe('docker stop web-1');
  });

  it('kills by the chosen signal', () => {
    expect(asked('kill', { signal: 'HUP' })).toEqual(['POST /containers/<id>/kill?signal=SIGHUP']);
    expect(action('kill').command(row, { signal: 'HUP' })).toBe('docker kill --signal=HUP web-1');
    expect(action('kill').command(row, { signal: 'KILL' })).toBe('docker kill web-1');
  });

  it('removes by force and with volumes only when that was ticked', () => {
    expect(asked('remove')).toEqual(['DELETE /containers/<id>']);
    expect(asked('remove', { force: true, volumes: true })).toEqual(['DELETE /containers/<id>?force=1&v=1']);
    expect(action('remove').command(row, { force: true, volumes: true })).toBe('docker rm -f -v web-1');
  });

  it('does not remove what runs unless it is forced', () => {
    const { form } = action('remove');
    const asks = form === 'none' ? undefined : form([row]);
    expect(asks?.check?.({})).toMatch(/force/);
    expect(asks?.check?.({ force: true })).toBeUndefined();
  });

  it('encodes a new name and quotes it for the shell', () => {
    expect(asked('rename', { name: 'a&b' })).toEqual(['POST /containers/<id>/rename?name=a%26b']);
    expect(action('rename').command(row, { name: 'a&b' })).toBe("docker rename web-1 'a&b'");
  });

  it('asks before it stops several, not before it stops one', () => {
    const { form } = action('stop');
    expect(form !== 'none' && form([row])).toBeUndefined();
    expect(form !== 'none' && form([row, { ...row, id: 'd', name: 'web-2' }])?.title).toBe('Stop 2 containers?');
  });

  it('offers only what the state allows', () => {
    const possible = (state: string) =>
      containerActions.filter((each) => each.refuse({ ...row, state }) === undefined).map(({ id }) => id);
    expect(possible('running')).not.toContain('start');
    expect(possible('exited')).not.toContain('stop');
    expect(possible('paused')).toEqual(expect.arrayContaining(['unpause', 'stop', 'kill']));
  });
});

it('makes one job of many rows, with a key beside each step', () => {
  const other = { ...row, id: 'd'.repeat(64), name: 'web-2', engine: 'b' };
  const naming = { noun: { one: 'container', many: 'containers' }, name: (each: ContainerRow) => each.name };
  const { request, keys } = jobOf(naming, action('restart'), [row, other], {});
  expect(request.title).toBe('Restart 2 containers');
  expect(request.steps.map(({ engine, label }) => `${engine}: ${label}`)).toEqual([
    'a: restart web-1',
    'b: restart web-2',
  ]);
  expect(keys).toEqual([`a/${row.id}`, `b/${other.id}`]);
});
