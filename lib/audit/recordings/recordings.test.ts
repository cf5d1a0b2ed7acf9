import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { waitFor } from '#tests/lab/wait.ts';
import { createEchoWatch } from './echo.ts';
import { createRecorder, outputMax } from './recorder.ts';
import type { RecordingChange, SessionFacts } from './types.ts';

describe('the watch of the echo', () => {
  it('keeps what the terminal shows as it is typed, and keys that are no text at once', () => {
    const echo = createEchoWatch();
    expect(echo.typed('ls', 0)).toBe('');
    expect(echo.shown('\u001b[1ml', 1)).toBe('l');
    expect(echo.shown('s\u001b[0m', 2)).toBe('s');
    expect(echo.typed('\r\u001b[A\u0003', 3)).toBe('\r\u001b[A\u0003');
    expect(echo.shown('whatever', 4)).toBe('');
    expect(echo.typed('a long paste', 5)).toBe('');
    expect(echo.shown('a long paste', 6)).toBe('a long paste');
    echo.typed('pwd\r', 7);
    expect(echo.shown('pwd\r\n/root', 8)).toBe('pwd\r');
  });

  it('forgets what is not shown, also when a later output begins like it', () => {
    const echo = createEchoWatch();
    echo.typed('hunter2', 0);
    expect(echo.typed('\r', 1)).toBe('');
    expect(echo.shown('\r\n', 2)).toBe('\r');
    expect(echo.shown('hunter', 3)).toBe('');
    echo.typed('late', 10);
    expect(echo.shown('late', 5000)).toBe('');
    // Typed ahead of the prompt, which shares a letter.
    echo.typed('p4ss', 6000);
    expect(echo.shown('\r\n[sudo] password: ', 6001)).toBe('');
    expect(echo.shown('p4ss', 6002)).toBe('');
  });
});

const facts: SessionFacts = {
  principal: { kind: 'system', purpose: 'test' },
  auditId: 'a1',
  engine: { id: 'e1', name: 'one', tags: ['prod'] },
  container: { id: 'c1', name: 'web' },
  kind: 'exec',
  streamId: 'x1',
  command: ['sh'],
  tty: true,
};

function recorderOver(store: (change: RecordingChange) => Promise<void>) {
  const settings = () => ({
    recordingRules: [{ kind: 'tag', value: 'prod' } as const],
    recordInput: 'echoed' as const,
  });
  return createRecorder({ store, settings });
}

describe('the recorder', () => {
  it('records by the engine’s tag and no others', async () => {
    const recorder = recorderOver(() => Promise.resolve());
    expect(await recorder.begin({ ...facts, engine: { ...facts.engine, tags: ['test'] } })).toBeUndefined();
    expect(await recorder.begin(facts)).toBeDefined();
    await recorder.stop();
  });

  it('keeps a session of endless output bounded, says so, and goes on with what is typed', async () => {
    let text = '';
    let note: unknown;
    const recorder = recorderOver(async ({ chunk, update }) => {
      if (chunk) text += gunzipSync(Buffer.from(chunk.data, 'base64')).toString();
      note = update?.note ?? note;
    });
    const recording = await recorder.begin(facts);
    const junk = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < outputMax / junk.length + 5; i++) {
      recording?.output(junk);
      await new Promise<void>((resolve) => recording?.onRoom(resolve));
    }
    recording?.input('\u0003');
    await recording?.finish();
    expect(text.length).toBeLessThan(outputMax * 1.1);
    expect(note).toMatch(/^Cut/);
    expect(text.trim().split('\n').at(-1)).toContain('"i","\\u0003"');
  });

  it('ends the session when it can no longer be stored', async () => {
    let broken = false;
    const recorder = recorderOver(() => (broken ? Promise.reject(new Error('full')) : Promise.resolve()));
    const recording = await recorder.begin(facts);
    broken = true;
    recording?.output('x'.repeat(100_000));
    await waitFor('the end', () => Promise.resolve(recording?.ended.aborted === true));
    expect(recording?.ended.reason).toMatchObject({ code: 'unavailable' });
    await recording?.finish();
  });
});
