import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** An engine that answers every operation of the API, so that the door's decision is all that is looked at. */
export interface MatrixEngine {
  url: string;
  /** `METHOD /path` of everything that reached it, without version prefix and query, since the last call. */
  take(): string[];
  close(): Promise<void>;
}

const projects = ['shop', 'bank'];
const project = (path: string) => (path.includes('bank') ? 'bank' : 'shop');
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0');

/**
 * The projects shop and bank, each with a container `<p>-web`, a network, a volume, an image and an exec.
 * `holdsEvents`: the stream of events stays open, as the watch of an engine needs it.
 */
export async function startMatrixEngine(options: { holdsEvents?: boolean } = {}): Promise<MatrixEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'pilothouse-matrix-'));
  const path = join(dir, 's.sock');
  const sockets = new Set<Duplex>();
  let seen: string[] = [];
  const note = ({ method, url = '' }: IncomingMessage) => {
    const bare = url.replace(/^\/v\d+\.\d+/, '').replace(/\?.*/, '');
    seen.push(`${method} ${bare}`);
    return bare;
  };
  const server = createServer((req, res) => {
    const bare = note(req);
    if (bare === '/events' && options.holdsEvents) {
      res.write(`${projects.toReversed().map(eventOf).join('\n')}\n`);
      return;
    }
    req.resume().on('end', () => answer(req, bare, res));
  });
  server.on('connection', (socket) => void sockets.add(socket));
  server.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    note(req);
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  });
  await new Promise<void>((done) => server.listen(path, done));
  return {
    url: `unix://${path}`,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function answer(req: IncomingMessage, path: string, res: ServerResponse): void {
  const { method = '' } = req;
  const body = method === 'HEAD' || (method === 'DELETE' && !path.startsWith('/images/')) ? '' : replyTo(method, path);
  res.setHeader('Api-Version', '1.51');
  res.setHeader('Content-Type', 'application/json');
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const containerOf = (p: string) => ({
  Id: idOf(`${p}-web`),
  Name: `/${p}-web`,
  Image: `sha256:${idOf(`${p}/web`)}`,
  Config: { Image: `${p}/web:1`, Labels: labelsOf(p), Env: [] },
  HostConfig: { NetworkMode: `${p}_default` },
  NetworkSettings: { Networks: { [`${p}_default`]: {} } },
  State: { Running: true, Status: 'running' },
  Mounts: [],
});
const labelsOf = (p: string) => ({ 'com.docker.compose.project': p });
const networkOf = (p: string) => ({
  Id: idOf(`${p}_default`),
  Name: `${p}_default`,
  Driver: 'bridge',
  Labels: labelsOf(p),
});
const volumeOf = (p: string) => ({ Name: `${p}_data`, Driver: 'local', Labels: labelsOf(p), Options: null });
const imageOf = (p: string) => ({
  Id: `sha256:${idOf(`${p}/web`)}`,
  RepoTags: [`${p}/web:1`],
  RepoDigests: [],
  Size: 1,
  Config: { Labels: null, Env: [] },
  Labels: null,
});
const rowOf = (p: string) => ({
  Id: idOf(`${p}-web`),
  Names: [`/${p}-web`],
  Image: `${p}/web:1`,
  ImageID: imageOf(p).Id,
  Labels: labelsOf(p),
  Mounts: [],
  State: 'running',
  NetworkSettings: { Networks: {} },
});
const eventOf = (p: string) =>
  JSON.stringify({
    Type: 'container',
    Action: 'start',
    Actor: { ID: idOf(`${p}-web`), Attributes: { name: `${p}-web`, image: `${p}/web:1`, ...labelsOf(p) } },
    time: 1,
    timeNano: 1000000000,
  });

function replyTo(method: string, path: string): unknown {
  const p = project(fromHex(path));
  switch (`${method} ${path}`) {
    case 'GET /version':
      return { Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' };
    case 'GET /info':
      return { ID: 'e', Containers: 2, ContainersRunning: 2, ContainersPaused: 0, ContainersStopped: 0, Images: 2 };
    case 'GET /containers/json':
      return projects.map(rowOf);
    case 'GET /images/json':
      return projects.map(imageOf);
    case 'GET /networks':
      return projects.map(networkOf);
    case 'GET /volumes':
      return { Volumes: projects.map(volumeOf), Warnings: null };
    case 'GET /system/df':
      return {
        LayersSize: 1,
        Images: projects.map(imageOf),
        Containers: projects.map(rowOf),
        Volumes: projects.map(volumeOf),
        BuildCache: [],
      };
    case 'GET /events':
      return `${projects.map(eventOf).join('\n')}\n`;
    default:
      return objectReply(method, path, p);
  }
}

function objectReply(method: string, path: string, p: string): unknown {
  if (/^\/containers\/[^/]+\/exec$/.test(path)) return { Id: `${p}exec` };
  if (method !== 'GET') return {};
  if (/^\/containers\/[^/]+\/json$/.test(path)) return /new|other/.test(path) ? undefined : containerOf(p);
  if (/^\/exec\/[^/]+\/json$/.test(path)) {
    return { ID: `${p}exec`, ContainerID: idOf(`${p}-web`), Running: false, ExitCode: 0, ProcessConfig: {} };
  }
  if (/^\/networks\/[^/]+$/.test(path)) return networkOf(p);
  if (/^\/volumes\/[^/]+$/.test(path)) return volumeOf(p);
  if (/^\/images\/.*\/json$/.test(path)) return imageOf(p);
  if (/^\/(services|nodes|secrets|configs|tasks)\/[^/]+$/.test(path)) return { ID: 'x1', Spec: { Name: 'x' } };
  if (/\/(history|changes)$/.test(path) || /^\/(services|nodes|secrets|configs|tasks|plugins)$/.test(path)) return [];
  return {};
}

/** A full id in the path tells its name. */
function fromHex(path: string): string {
  return path.replaceAll(/[0-9a-f]{64}/g, (hex) => Buffer.from(hex, 'hex').toString());
}
