import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, openRoutesLab, type RoutesLab, type Someone } from '#tests/console/routes-lab.ts';
import { trailRoutes } from './trail-routes.ts';

let lab: RoutesLab;
let admin: Someone;
beforeAll(async () => {
  lab = await openRoutesLab();
  admin = await lab.someone('root@example.org', 'administrator');
});
afterAll(() => lab.stop());

const change = (body: unknown) => call(trailRoutes.update, admin, { method: 'PATCH', body });
const webhook = { kind: 'webhook', id: 'w1', name: 'SIEM', url: 'http://127.0.0.1:9/x' };

describe('the settings of the trail', () => {
  it('are for whoever holds console.settings', async () => {
    const auditor = await lab.someone('eve@example.org', 'auditor');
    expect((await call(trailRoutes.get, auditor, {})).status).toBe(403);
    expect((await call(trailRoutes.update, auditor, { method: 'PATCH', body: { retentionDays: 1 } })).status).toBe(403);
    expect((await call(trailRoutes.testSink, auditor, { method: 'POST', id: 'w1' })).status).toBe(403);
    expect((await call(trailRoutes.get, admin, {})).status).toBe(200);
  });

  it('never tell a secret, keep it over a change, and not for another place', async () => {
    const secret = 'a-secret-of-16-chars';
    const made = await change({ retentionDays: 30, sinks: [{ ...webhook, secret }] });
    expect(made.status).toBe(200);
    expect(made.text).not.toContain('secret-of');
    expect(JSON.stringify(await lab.newest())).not.toContain('secret-of');
    const sealed = async () => JSON.stringify(await lab.stored('trail-settings'));
    expect(await sealed()).toContain('secret');
    expect(await sealed()).not.toContain('secret-of');
    await change({ sinks: [{ ...webhook, name: 'Renamed' }] });
    expect(await sealed()).toContain('secret');
    await change({ sinks: [{ ...webhook, url: 'http://evil.example.org/' }] });
    expect(await sealed()).not.toContain('secret');
  });

  it.each([
    [{ kind: 'file', id: 'f', name: 'f', path: '/etc/passwd' }, /append nowhere else/],
    [{ ...webhook, url: 'http://169.254.169.254/latest' }, /never calls/],
    [{ ...webhook, url: 'file:///etc/passwd' }, /http/],
    [{ kind: 'syslog', id: 's', name: 's', transport: 'tcp', host: 'metadata.google.internal' }, /never calls/],
    [{ kind: 'syslog', id: 's', name: 's', transport: 'unix' }, /path/],
  ])('refuses a sink that could reach where it must not: %j', async (sink, words) => {
    const { status, text } = await change({ sinks: [sink] });
    expect(status).toBe(400);
    expect(text).toMatch(words);
  });

  it('sends a test and tells why it did not arrive', async () => {
    await change({ sinks: [webhook] });
    const { status, text } = await call(trailRoutes.testSink, admin, { method: 'POST', id: 'w1' });
    expect([status, text]).toEqual([503, expect.stringContaining('did not arrive')]);
    const { text: shown } = await call(trailRoutes.get, admin, {});
    expect(shown).toContain('lastError');
    await change({ sinks: [{ kind: 'file', id: 'f1', name: 'File', path: `${lab.dataDir}/audit/trail.jsonl` }] });
    expect((await call(trailRoutes.testSink, admin, { method: 'POST', id: 'f1' })).status).toBe(200);
    expect((await call(trailRoutes.testSink, admin, { method: 'POST', id: 'nothing' })).status).toBe(404);
  });
});
