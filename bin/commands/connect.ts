import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { startConnector } from '#lib/cli/connector.ts';

/** `pilothouse connect <engine>`: a local socket that any Docker client can use. */
export function addConnectCommand(program: Command): void {
  program
    .command('connect')
    .description('Serve a local unix socket through which any Docker client reaches an engine of the console')
    .argument('<engine>', "the engine's name")
    .requiredOption('--url <console>', 'address of the console, https://console.example')
    .requiredOption('--token-file <file>', 'file that holds an API token and nothing else')
    .requiredOption('--socket <path>', 'where to make the socket; only you can use it (mode 0600)')
    .option('--ca <file>', "certificate authority (PEM) that signed the console's certificate")
    .addHelpText(
      'after',
      `
Then, in another shell:
  export DOCKER_HOST=unix:///path/to/the.sock
  docker ps; docker buildx build .; docker compose up --build

The token is read again for every connection, so a renewed one needs no restart.`,
    )
    .action(async (engine: string, options: { url: string; tokenFile: string; socket: string; ca?: string }) => {
      const connector = await startConnector({
        engine,
        consoleUrl: options.url,
        readToken: () => readToken(options.tokenFile),
        socketPath: options.socket,
        ca: options.ca === undefined ? undefined : readFileSync(options.ca, 'utf8'),
      });
      console.error(`Serving ${engine} at unix://${connector.socketPath} (Ctrl-C ends it).`);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void connector.close());
      await connector.closed;
    });
}

function readToken(file: string): string {
  // A token that others on the machine can read is a token that they have.
  if ((statSync(file).mode & 0o007) !== 0) {
    throw new Error(`${file} can be read by everybody on this machine; chmod 600 it first.`);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`${file} does not hold one token.`);
  return token;
}
