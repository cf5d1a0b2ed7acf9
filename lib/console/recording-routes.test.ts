import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recording, SessionFacts } from '#lib/audit/recordings/types.ts';
import { call, openRoutesLab, type RoutesLab, type Someone } from '#tests/console/routes-lab.ts';
import { recordingRoutes } from './recording-routes.ts';

let lab: RoutesLab;
let auditor: Someone;
let ann: Someone;
let recording: Recording;

const facts: SessionFacts = {
  principal: { kind: 'system', purpose: 'test' },
  auditId: 'a1',
  engine: { id: 'e1', name: 'one', tags: [] },
  container: { id: 'c1', name: 'web' },
  kind: 'exec',
  streamId: 'x1',
  command: ['sh'],
  tty: true,
};

beforeAll(async () => {
  lab = await openRoutesLab();
  ann = await lab.someone('ann@example.org', 'maintainer');
  auditor = await lab.someone('eve@example.org', 'auditor');
  await lab.runtime.trail.update({ recordingRules: [{ kind: 'all', value: '' }] });
  const begun = await lab.runtime.recorder.begin(facts);
  if (!begun) throw new Error('not recorded');
  recording = begun;
  recording.output('$ ');
  recording.input('ls');
  recording.output('ls');
});
afterAll(() => lab.stop());

const routes = Object.entries(recordingRoutes);

describe('recordings', () => {
  it.each(routes)('are for whoever holds console.recordings: %s', async (_, route) => {
    const { status } = await call(route, ann, { method: 'POST', id: recording.id, query: '?text=abc' });
    expect(status).toBe(403);
    expect((await call(route, undefined, { id: recording.id })).status).toBe(401);
  });

  it('tell of nothing that is not there', async () => {
    for (const route of [recordingRoutes.get, recordingRoutes.cast, recordingRoutes.watch, recordingRoutes.end]) {
      expect((await call(route, auditor, { method: 'POST', id: 'nothing' })).status).toBe(404);
    }
  });

  it('can be watched while they run; the watching is recorded, and over when the session or the right is', async () => {
    const watching = call(recordingRoutes.watch, auditor, { id: recording.id });
    const eve = await lab.someone('mallory@example.org', 'auditor');
    const other = call(recordingRoutes.watch, eve, { id: recording.id });
    const watched = async () => (await lab.audit.query({ operation: 'console.recordings', limit: 50 })).records;
    await expect
      .poll(async () => (await watched()).filter(({ params }) => params?.action === 'watch').length, {
        timeout: 20_000,
      })
      .toBe(2);
    recording.output('\r\nlate');
    await lab.identity.users.update(eve.id, { disabled: true });
    expect((await other).text).toContain('"ls"');
    expect((await call(recordingRoutes.end, auditor, { method: 'POST', id: recording.id })).status).toBe(204);
    expect(recording.ended.reason.message).toContain('eve@example.org');
    await recording.finish();
    const { text, status } = await watching;
    expect(status).toBe(200);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ version: 2, width: 80, height: 24, title: expect.stringContaining('web on one') });
    expect(lines.slice(1).map(([, kind, shown]) => `${kind}:${shown}`)).toEqual(['o:$ ', 'i:ls', 'o:ls', 'o:\r\nlate']);
    expect((await call(recordingRoutes.end, auditor, { method: 'POST', id: recording.id })).status).toBe(409);
  });

  it('are listed, played and searched', async () => {
    const list = async (query: string) => (await call(recordingRoutes.list, auditor, { query })).at('rows');
    expect(await list('?container=web')).toMatchObject([{ id: recording.id, state: 'ended', auditId: 'a1' }]);
    expect(await list('?container=db')).toEqual([]);
    expect(await list('?record=a1')).toMatchObject([{ id: recording.id }]);
    const cast = await call(recordingRoutes.cast, auditor, { id: recording.id });
    expect(cast.text.split('\n')[1]).toMatch(/^\[[\d.]+,"o","\$ "\]$/);
    expect((await lab.newest())?.params).toEqual({ action: 'play' });
    const found = await call(recordingRoutes.search, auditor, { query: '?text=LATE' });
    expect(found.at('hits')).toMatchObject([{ where: 'shown', recording: { id: recording.id } }]);
    expect((await call(recordingRoutes.search, auditor, { query: '?text=x' })).status).toBe(400);
  });
});
