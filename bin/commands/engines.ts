import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { printTable } from '#lib/cli/print-table.ts';
import { type Rooms, withRooms } from '#lib/cli/rooms.ts';
import type { EngineConfig, EngineInput, Engines } from '#lib/engine/types.ts';
import { createLog } from '#lib/log.ts';

interface AddOptions {
  tag: string[];
  ca?: string;
  cert?: string;
  key?: string;
  identity?: string;
  hostKey?: string;
}

/** `pilothouse engines ...`: the engines that the console knows. */
export function addEnginesCommand(program: Command): void {
  const engines = program
    .command('engines')
    .description('List, add and remove engines; a running console follows at once');
  engines
    .command('list')
    .description('List the engines')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) =>
      withEngines(async (room) => {
        const columns = {
          name: (engine: EngineConfig) => engine.name,
          url: (engine: EngineConfig) => engine.url,
          transport: (engine: EngineConfig) => engine.transport,
          tags: (engine: EngineConfig) => engine.tags.join(','),
          'former names': (engine: EngineConfig) => engine.aliases.join(','),
          id: (engine: EngineConfig) => engine.id,
        };
        process.stdout.write(printTable(room.list(), columns, options));
      }),
    );
  engines
    .command('add')
    .description('Add an engine')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .argument('<url>', 'unix:///path, tcp://host:port or ssh://user@host[:port]')
    .option('--tag <tag...>', 'tags, for grants and filters', [])
    .option('--ca <file>', 'TLS: the certificate authority of the engine (PEM)')
    .option('--cert <file>', 'TLS: our certificate (PEM)')
    .option('--key <file>', 'TLS: the private key of our certificate (PEM)')
    .option('--identity <file>', 'ssh: the private key')
    .option('--host-key <fingerprint>', "ssh: the host's key, SHA256:...")
    .action((name: string, url: string, options: AddOptions) =>
      withEngines(async (room, { change }) => {
        const input = readInput(name, url, options);
        const secrets = Object.keys(input.secrets);
        const target = { kind: 'engine', id: '', name };
        const made = await change('console.engines', [target], { action: 'add', url, tags: input.tags, secrets }, () =>
          room.add(input),
        );
        process.stdout.write(`${made.id}\n`);
      }),
    );
  engines
    .command('remove')
    .description('Remove an engine from the console; the engine itself is not touched')
    .argument('<name>')
    .action((name: string) =>
      withEngines(async (room, { change }) => {
        const engine = room.find(name);
        if (!engine) throw new Error(`There is no engine ${name}.`);
        const target = { kind: 'engine', id: engine.id, name: engine.name };
        await change('console.engines', [target], { action: 'remove' }, () => room.remove(engine.id));
      }),
    );
}

/** The engine room without its watch: nothing is connected. */
async function withEngines(work: (engines: Engines, rooms: Rooms) => Promise<void>): Promise<void> {
  await withRooms(async (rooms) => {
    const { createEngines } = await import('#lib/engine/engines.ts');
    const engines = await createEngines({ db: rooms.db, secretBox: rooms.secretBox, log: createLog() });
    try {
      await work(engines, rooms);
    } finally {
      await engines.stop();
    }
  });
}

function readInput(name: string, url: string, options: AddOptions): EngineInput {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file, 'utf8'));
  const { ca, cert, key, identity } = options;
  const secrets = { ca: read(ca), cert: read(cert), key: read(key), identity: read(identity) };
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined));
  return { name, url, tags: options.tag, secrets: given, hostKey: options.hostKey };
}
