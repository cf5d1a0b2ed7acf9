import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { LabConsole } from '#tests/lab/console.ts';
import type { LabEngine } from '#tests/lab/lab.ts';
import { connectRealtime } from '#tests/realtime/client.ts';
import { median, type Row, repeat, runCount } from './numbers.ts';

const echoes = 200;

/** Key to echo: `cat` on a terminal, through socket.io against the engine's own hijacked connection. */
export async function measureEcho(engine: LabEngine, console_: LabConsole, container: string): Promise<Row[]> {
  const runs = await repeat(runCount, async () => {
    const direct = await directEcho(engine, container);
    return (await doorEcho(console_, container)) - direct;
  });
  return [
    {
      what: 'exec echo through socket.io, added p50',
      bar: 'at most 1 ms',
      unit: 'ms',
      runs,
      keeps: (value) => value <= 1,
    },
  ];
}

async function directEcho(engine: LabEngine, container: string): Promise<number> {
  const made = await engine.api('POST', `/containers/${container}/exec`, {
    body: { Cmd: ['cat'], AttachStdin: true, AttachStdout: true, Tty: true },
  });
  const { Id } = made.json as { Id: string };
  const body = JSON.stringify({ Tty: true });
  const socket = connect(engine.socketPath);
  socket.write(
    `POST /exec/${Id}/start HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await nextData(socket, (text) => text.includes('\r\n\r\n'));
  const result = await timeEchoes((key) => {
    const answer = nextData(socket, (text) => text.includes(key));
    socket.write(key);
    return answer;
  });
  socket.destroy();
  return result;
}

async function doorEcho(console_: LabConsole, container: string): Promise<number> {
  const client = await connectRealtime(console_, console_.admin);
  const channel = await client.open<{ data?: string }>('terminal:open', {
    engine: 'bench',
    container,
    kind: 'exec',
    command: ['cat'],
    cols: 80,
    rows: 24,
  });
  let waiting: { key: string; done: () => void } | undefined;
  channel.onItems((items) => {
    if (waiting && items.some(({ data }) => data?.includes(waiting?.key ?? ''))) waiting.done();
  });
  const result = await timeEchoes(
    (key) =>
      new Promise<void>((resolve) => {
        waiting = { key, done: resolve };
        client.socket.emit('terminal:input', channel.id, key);
      }),
  );
  const { terminal } = channel.opened as { terminal: { id: string } };
  await client.ask('terminal:end', { id: terminal.id });
  client.close();
  return result;
}

async function timeEchoes(send: (key: string) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < echoes; index += 1) {
    const started = performance.now();
    await send(String.fromCharCode(97 + (index % 26)));
    times.push(performance.now() - started);
  }
  return median(times);
}

function nextData(socket: NodeJS.ReadableStream, fits: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const onData = (chunk: Buffer) => {
      if (!fits(chunk.toString('latin1'))) return;
      socket.off('data', onData);
      resolve();
    };
    socket.on('data', onData);
  });
}
