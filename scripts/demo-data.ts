/** The sample stacks as data: bodies of the Engine API, as compose would send them. */

const seconds = 1_000_000_000;

const compose = (project: string, service: string) => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': '1',
  'com.docker.compose.oneoff': 'False',
  'com.docker.compose.project.working_dir': `/srv/${project}`,
  'com.docker.compose.project.config_files': `/srv/${project}/compose.yaml`,
});

const workerScript = `#!/bin/sh
# Takes an order every few seconds and says so, as a worker does.
n=4100
trap 'echo "worker: finishing order $n, then leaving"; exit 0' TERM
echo "worker: ready, queue orders, concurrency 1"
while :; do
  n=$((n + 1))
  echo "{\\"level\\":\\"info\\",\\"order\\":$n,\\"items\\":$((n % 5 + 1)),\\"msg\\":\\"order accepted\\"}"
  [ $((n % 7)) -ne 0 ] || printf '\\033[33mwarn\\033[0m order %s: stock is low, asked the warehouse again\\n' "$n" >&2
  [ $((n % 23)) -ne 0 ] || printf '\\033[31merror\\033[0m order %s: payment declined (card expired)\\n' "$n" >&2
  sleep 2 & wait $!
done
`;

const dbScript = `#!/bin/sh
# Stands in for a database: it listens, keeps a file on its volume and answers "ready".
trap 'echo "db: checkpoint written, shutting down"; exit 0' TERM
echo "db: data directory /var/lib/shop, $(ls /var/lib/shop | wc -l) files"
date >>/var/lib/shop/journal
echo "db: listening on port 5432"
while :; do echo ready | nc -l -p 5432 >/dev/null 2>&1 & wait $!; done
`;

const page = `<!doctype html><meta charset="utf-8"><title>The shop</title>
<style>body{font:18px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}</style>
<h1>The shop</h1><p>This page is served by the container <b>shop-web-1</b> on the demo's private engine.</p>
`;

export const sampleImages: { tag: string; dockerfile: string; files: Record<string, string> }[] = [
  {
    tag: 'shop/web:1.4',
    dockerfile:
      'FROM busybox\nLABEL org.opencontainers.image.title="Shop, web"\nCOPY index.html /www/\nENV PORT=80\nEXPOSE 80\nCMD ["httpd", "-f", "-v", "-p", "80", "-h", "/www"]\n',
    files: { 'index.html': page },
  },
  {
    tag: 'shop/web:1.3',
    dockerfile: 'FROM busybox\nCOPY index.html /www/\nEXPOSE 80\nCMD ["httpd", "-f", "-h", "/www"]\n',
    files: { 'index.html': page.replace('The shop', 'The old shop') },
  },
  {
    tag: 'shop/worker:1.4',
    dockerfile: 'FROM busybox\nCOPY worker /bin/worker\nENV QUEUE=orders\nCMD ["worker"]\n',
    files: { worker: workerScript },
  },
  {
    tag: 'shop/db:16',
    dockerfile: 'FROM busybox\nCOPY db /bin/db\nVOLUME /var/lib/shop\nEXPOSE 5432\nCMD ["db"]\n',
    files: { db: dbScript },
  },
];

export const sampleVolumes = [
  { Name: 'shop_data', Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.volume': 'data' } },
  { Name: 'shop_cache', Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.volume': 'cache' } },
  { Name: 'backups', Labels: { keep: 'true' } },
  { Name: 'uploads-2023' },
];

export const sampleNetworks = [
  {
    Name: 'shop_default',
    Driver: 'bridge',
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'default' },
  },
  {
    Name: 'shop_backend',
    Driver: 'bridge',
    Internal: true,
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'backend' },
  },
  { Name: 'ops', Driver: 'bridge' },
];

interface SampleContainer {
  name: string;
  /** False: created, never started. */
  start?: false;
  /** What is done to it after its start. */
  afterStart?: string;
  body: Record<string, unknown>;
}

const onNetwork = (name: string, alias: string) => ({ EndpointsConfig: { [name]: { Aliases: [alias] } } });

export const sampleContainers: SampleContainer[] = [
  {
    name: 'shop-web-1',
    body: {
      Image: 'shop/web:1.4',
      Labels: compose('shop', 'web'),
      ExposedPorts: { '80/tcp': {} },
      Healthcheck: {
        Test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1/'],
        Interval: 10 * seconds,
        Timeout: 3 * seconds,
        Retries: 3,
      },
      HostConfig: {
        PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
        RestartPolicy: { Name: 'unless-stopped' },
        Memory: 64 * 1024 * 1024,
        NetworkMode: 'shop_default',
      },
      NetworkingConfig: onNetwork('shop_default', 'web'),
    },
  },
  {
    name: 'shop-worker-1',
    body: {
      Image: 'shop/worker:1.4',
      Labels: compose('shop', 'worker'),
      Env: ['QUEUE=orders', 'PAYMENT_API_KEY=demo-not-a-real-key', 'LOG_LEVEL=info'],
      HostConfig: {
        RestartPolicy: { Name: 'unless-stopped' },
        NetworkMode: 'shop_default',
        Mounts: [{ Type: 'volume', Source: 'shop_cache', Target: '/cache' }],
      },
      NetworkingConfig: onNetwork('shop_default', 'worker'),
    },
  },
  {
    name: 'shop-db-1',
    body: {
      Image: 'shop/db:16',
      Labels: compose('shop', 'db'),
      Env: ['DB_USER=shop', 'DB_PASSWORD=demo-not-a-real-password'],
      Healthcheck: {
        Test: ['CMD-SHELL', 'netstat -ltn | grep -q :5432'],
        Interval: 5 * seconds,
        Timeout: 3 * seconds,
        Retries: 3,
      },
      HostConfig: {
        RestartPolicy: { Name: 'always' },
        NetworkMode: 'shop_backend',
        Mounts: [{ Type: 'volume', Source: 'shop_data', Target: '/var/lib/shop' }],
      },
      NetworkingConfig: onNetwork('shop_backend', 'db'),
    },
  },
  {
    name: 'shop-migrate-1',
    body: {
      Image: 'shop/worker:1.4',
      Cmd: ['sh', '-c', 'echo "migrate: 3 migrations applied"; exit 0'],
      Labels: compose('shop', 'migrate'),
      HostConfig: { NetworkMode: 'shop_backend' },
    },
  },
  {
    name: 'nightly-backup',
    body: {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo "backup: copying to /backups"; echo "backup: no space left on device" >&2; exit 3'],
      HostConfig: { Mounts: [{ Type: 'volume', Source: 'backups', Target: '/backups' }], NetworkMode: 'ops' },
    },
  },
  {
    name: 'mailer',
    body: {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo "mailer: waiting for a relay at port 25"; exec sleep 100000'],
      Healthcheck: {
        Test: [
          'CMD-SHELL',
          'nc 127.0.0.1 25 </dev/null >/dev/null 2>&1 || { echo "no relay answers on port 25"; exit 1; }',
        ],
        Interval: 5 * seconds,
        Timeout: 2 * seconds,
        Retries: 2,
      },
      HostConfig: { Init: true, NetworkMode: 'ops' },
    },
  },
  {
    name: 'indexer',
    afterStart: 'pause',
    body: {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'while :; do date; sleep 5; done'],
      HostConfig: { Init: true, NetworkMode: 'ops' },
    },
  },
  { name: 'toolbox', start: false, body: { Image: 'busybox', Tty: true, OpenStdin: true, Cmd: ['sh'] } },
];
