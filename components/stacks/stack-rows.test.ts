import { expect, it } from 'vitest';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { stackRows } from './stack-rows.ts';

function container(engine: string, name: string, more: Partial<ContainerRow>): ContainerRow {
  return {
    kind: 'container',
    engine,
    id: name,
    name,
    image: 'busybox',
    imageId: 'x',
    state: 'running',
    status: 'Up',
    createdAt: 10,
    ports: [],
    networks: [],
    mounts: [],
    labels: {},
    command: '',
    ...more,
  };
}

it('makes one stack per project and engine, and none of containers without a project', () => {
  const rows = stackRows([
    container('a', 'shop-web-1', { project: 'shop', service: 'web', createdAt: 20 }),
    container('a', 'shop-web-2', { project: 'shop', service: 'web', state: 'exited' }),
    container('a', 'shop-db-1', { project: 'shop', service: 'db', health: 'unhealthy' }),
    container('b', 'shop-web-1', { project: 'shop', service: 'web' }),
    container('a', 'lone', {}),
  ]);
  expect(
    rows.map(({ engine, id, services, running, unhealthy, createdAt }) => [
      engine,
      id,
      services,
      running,
      unhealthy,
      createdAt,
    ]),
  ).toEqual([
    ['a', 'shop', ['db', 'web'], 2, 1, 10],
    ['b', 'shop', ['web'], 1, 0, 10],
  ]);
});
