import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Daemon, startDaemon } from '#tests/lab/processes.ts';
import { labEnv } from '#tests/lab/run.ts';

export interface ProxyOptions {
  /** For its files; made. */
  dir: string;
  /** Where it listens, host:port. */
  listen: string;
  /** The console behind it, host:port. */
  upstream: string;
  cert: string;
  key: string;
}

const recipes = resolve(import.meta.dirname, '../../docs/install');

/** The recipe as it stands in docs/install, with the addresses and certificates of this test in place of its examples. */
function recipe(name: string, replacements: [RegExp | string, string][]): string {
  let text = readFileSync(join(recipes, name), 'utf8');
  for (const [from, to] of replacements) {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`docs/install/${name} has no ${String(from)} any more.`);
    text = next;
  }
  return text;
}

/** Starts Debian's nginx with the recipe. */
export function startNginx({ dir, listen, upstream, cert, key }: ProxyOptions): Daemon {
  mkdirSync(dir, { recursive: true });
  const server = recipe('nginx.conf', [
    ['listen 443 ssl', `listen ${listen} ssl`],
    [/ssl_certificate .*;/, `ssl_certificate ${cert};`],
    [/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`],
    ['proxy_pass http://127.0.0.1:3000', `proxy_pass http://${upstream}`],
  ]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(dir, name)};`,
  );
  const file = join(dir, 'nginx.conf');
  writeFileSync(
    file,
    `user root; daemon off; worker_processes 1; pid ${join(dir, 'pid')}; error_log ${join(dir, 'error.log')} info;
events {}
http {
access_log off;
${temporary.join('\n')}
${server}
}
`,
  );
  return startDaemon('nginx', ['-c', file, '-p', dir, '-e', join(dir, 'error.log')]);
}

/** Starts Debian's Caddy with the recipe. */
export function startCaddy({ dir, listen, upstream, cert, key }: ProxyOptions): Daemon {
  mkdirSync(dir, { recursive: true });
  const site = recipe('Caddyfile', [
    [/^pilot\.example \{/m, `https://${listen} {\n\ttls ${cert} ${key}`],
    ['reverse_proxy 127.0.0.1:3000', `reverse_proxy ${upstream}`],
  ]);
  const file = join(dir, 'Caddyfile');
  writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
  const log = openSync(join(dir, 'caddy.log'), 'a');
  const env = labEnv({ XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir, HOME: dir });
  const daemon = startDaemon('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env,
    log,
  });
  closeSync(log);
  return daemon;
}
