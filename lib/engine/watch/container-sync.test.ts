import { expect, test } from 'vitest';
import { waitFor } from '#tests/lab/wait.ts';
import { createContainerSync } from './container-sync.ts';
import { createInventory } from './inventory.ts';
import type { EngineEvent } from './read-event.ts';
import { readContainer } from './read-rows.ts';

/** An engine whose lists are answered when the test says so: real ones can't be held in the middle of a list. */
function setup() {
  const asked: { ids?: readonly string[]; answer: (rows: [string, string][]) => void; fail: () => void }[] = [];
  const failures: unknown[] = [];
  const stop = new AbortController();
  const inventory = createInventory({
    engine: 'e',
    now: Date.now,
    onChange: () => undefined,
    onReset: () => undefined,
  });
  const sync = createContainerSync({
    inventory,
    list: (ids) =>
      new Promise((resolve, reject) => {
        const rows = (list: [string, string][]) =>
          resolve(
            list.map(([Id, State]) => ({
              Id,
              Names: [`/${Id}`],
              State,
              Status: State === 'running' ? 'Up 1 second' : '',
            })),
          );
        asked.push({ ids, answer: rows, fail: () => reject(new Error('no')) });
      }),
    read: async (answers) => answers.map((answer) => readContainer('e', answer)),
    onFailure: (error) => failures.push(error),
    signal: stop.signal,
  });
  const event = (action: string, id: string, attributes: Record<string, string> = {}): EngineEvent => ({
    ...{ type: 'container', action, detail: '', actorId: id, attributes, at: 1000 },
  });
  const list = (n: number) => waitFor(`list ${n}`, () => asked[n]);
  const state = (id: string) => inventory.get('container', id)?.state;
  const end = () => {
    stop.abort();
    inventory.close();
  };
  return { sync, event, list, asked, state, inventory, failures, end };
}

test('a container removed while a list is under way does not come back with it', async () => {
  const { sync, event, list, state, end } = setup();
  const listed = sync.listAll();
  const first = await list(0);
  sync.onEvent(event('destroy', 'a'));
  first.answer([
    ['a', 'running'],
    ['b', 'running'],
  ]);
  await listed;
  expect(state('a')).toBeUndefined();
  expect(state('b')).toBe('running');
  end();
});

test('what changed while a list is under way is listed again at once, and the old answer not taken', async () => {
  const { sync, event, list, state, end } = setup();
  void sync.listAll();
  (await list(0)).answer([
    ['a', 'running'],
    ['b', 'running'],
  ]);
  await waitFor('the rows', () => state('a'));
  void sync.listAll();
  const second = await list(1);
  sync.onEvent(event('die', 'a', { exitCode: '3' }));
  expect(state('a')).toBe('exited');
  second.answer([
    ['a', 'running'],
    ['b', 'running'],
  ]);
  const third = await list(2);
  expect(state('a')).toBe('exited');
  expect(third.ids).toEqual(['a']);
  third.answer([['a', 'exited']]);
  end();
});

test('what is new and has events while the first list is under way is shown from that list on', async () => {
  const { sync, event, list, state, end } = setup();
  const listed = sync.listAll();
  const first = await list(0);
  sync.onEvent(event('start', 'a'));
  first.answer([['a', 'running']]);
  await listed;
  expect(state('a')).toBe('running');
  end();
});

test('a list that still says running after the die event is doubted, until it agrees', async () => {
  const { sync, event, list, state, inventory, end } = setup();
  void sync.listAll();
  (await list(0)).answer([['a', 'running']]);
  await waitFor('the row', () => state('a'));
  sync.onEvent(event('die', 'a', { exitCode: '137' }));
  (await list(1)).answer([['a', 'running']]);
  const again = await list(2);
  expect(inventory.get('container', 'a')).toMatchObject({ state: 'exited', exitCode: 137 });
  again.answer([['a', 'exited']]);
  await waitFor('the confirmation', () => inventory.get('container', 'a')?.status === '');
  expect(inventory.get('container', 'a')).toMatchObject({ state: 'exited', exitCode: 137 });
  end();
});

test('one list is under way at a time; what comes meanwhile is gathered into the next', async () => {
  const { sync, event, list, asked, end } = setup();
  sync.onEvent(event('create', 'a'));
  const first = await list(0);
  for (const id of ['b', 'c', 'd']) sync.onEvent(event('create', id));
  expect(asked.length).toBe(1);
  first.answer([['a', 'created']]);
  expect(new Set((await list(1)).ids)).toEqual(new Set(['b', 'c', 'd']));
  end();
});

test('a listed id that the engine does not know any more is removed', async () => {
  const { sync, list, state, end } = setup();
  void sync.listAll();
  (await list(0)).answer([['a', 'running']]);
  await waitFor('the row', () => state('a'));
  sync.touch('a');
  (await list(1)).answer([]);
  await waitFor('its removal', () => state('a') === undefined);
  end();
});

test('a failed list is asked for again and loses no id; one that goes on failing is told', async () => {
  const { sync, event, list, failures, end } = setup();
  sync.onEvent(event('create', 'a'));
  (await list(0)).fail();
  const second = await list(1);
  expect(second.ids).toEqual(['a']);
  second.fail();
  (await list(2)).fail();
  (await list(3)).fail();
  await waitFor('the failure', () => failures.length === 1);
  end();
});

test('exec and other quiet events cost nothing', () => {
  const { sync, event, asked, inventory, end } = setup();
  for (const action of ['exec_create', 'exec_start', 'exec_die', 'top', 'attach', 'resize', 'archive-path'])
    sync.onEvent(event(action, 'a'));
  expect(asked).toEqual([]);
  expect([...inventory.ids('container')]).toEqual([]);
  end();
});
