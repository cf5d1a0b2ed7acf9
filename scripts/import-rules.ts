/** Which room may import from which: the arrows of docs/architecture.md as data. */

/** A room is a folder or a file; the longest matching path decides. Absent rooms may import nothing of the project. */
const base = ['lib/shared', 'lib/log.ts', 'lib/config.ts'];
const services = ['lib/db', 'lib/authz', 'lib/identity', 'lib/policy', 'lib/audit', 'lib/engine'];
const doors = ['lib/gateway', 'lib/docker', 'lib/jobs', 'lib/realtime'];
const pages = ['lib/shared', 'components/ui', 'components/shell', 'components/live'];

const allowed: Record<string, readonly string[]> = {
  'lib/shared': [],
  'lib/log.ts': [],
  'lib/config.ts': ['lib/shared'],
  'lib/runtime.ts': [...base, ...services, ...doors],
  'lib/db': base,
  'lib/authz': ['lib/shared'],
  'lib/identity': [...base, 'lib/db', 'lib/authz'],
  'lib/policy': [...base, 'lib/db', 'lib/authz'],
  'lib/audit': [...base, 'lib/db'],
  'lib/engine': [...base, 'lib/db'],
  'lib/gateway': [...base, ...services],
  'lib/docker': [...base, ...services, 'lib/gateway', 'lib/runtime.ts'],
  'lib/jobs': [...base, ...services, 'lib/gateway', 'lib/docker'],
  'lib/realtime': [...base, ...services, 'lib/gateway', 'lib/docker', 'lib/jobs'],
  'lib/console': [...base, ...services, 'lib/gateway', 'lib/docker', 'lib/runtime.ts'],
  'lib/server': [...base, ...services, ...doors],
  'lib/boot.ts': [...base, ...services, ...doors, 'lib/server', 'lib/runtime.ts'],
  'server.ts': ['lib/boot.ts', ...base, 'lib/server'],
  'lib/cli': [...base, ...services],
  bin: [...base, ...services, 'lib/cli'],
  app: ['components', 'lib/docker', 'lib/identity', 'lib/console', 'lib/runtime.ts', 'lib/shared'],
  components: ['lib/shared', 'components'],
  'components/ui': ['lib/shared'],
  'components/resource': pages,
  // The pure part of the decision: what a page says that a grant reaches must be what the door finds.
  'components/settings': ['lib/shared', 'components', 'lib/authz'],
  scripts: ['tests/lab', ...base],
  // The rooms whose work is measured by itself: decisions, what a filter costs, a refused sign-in.
  bench: ['tests/lab', 'tests/realtime', ...services, 'lib/gateway', 'lib/realtime', ...base],
  tests: ['lib', 'components', 'scripts'],
};

/** Packages that one room alone may load, each with the reason. */
const packageRooms: Record<string, { room: string; why: string }> = {
  dockerode: { room: 'lib/engine', why: 'the engine room is the one that knows it' },
  'docker-modem': { room: 'lib/engine', why: 'the engine room is the one that knows it' },
  ssh2: { room: 'lib/engine', why: 'transports live there' },
  'better-sqlite3': { room: 'lib/db', why: 'everything else goes through Kysely' },
};

export interface ImportLine {
  /** Of the importing file, from the project's root. */
  from: string;
  /** As written. */
  specifier: string;
}

/** Finds static and dynamic imports, `import type` included. Comments and strings that look like one are not told apart. */
export function findImports(from: string, text: string): ImportLine[] {
  const patterns = [
    /(?:^|[\n;])\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"\n]+)['"]/g,
    /(?:^|[\n;])\s*import\s*['"]([^'"\n]+)['"]/g,
    /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g,
  ];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => ({ from, specifier: match[1] ?? '' }));
}

/** What is wrong with the import; undefined when nothing is. */
export function judgeImport({ from, specifier }: ImportLine): string | undefined {
  // A test, and what tests share (contracts, testing/ folders), may look at anything; it is no part of the house.
  if (/\.(test|contract)\.tsx?$/.test(from) || from.includes('/testing/')) return undefined;
  const target = resolveSpecifier(from, specifier);
  if (target === undefined) {
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] ?? '');
    const owner = packageRooms[name];
    if (!owner || from.startsWith(`${owner.room}/`) || /^(tests|bench)\//.test(from)) return undefined;
    return `${from} imports ${name}, which belongs to ${owner.room}: ${owner.why}.`;
  }
  const room = roomOf(from);
  const rules = room === undefined ? undefined : allowed[room];
  if (room === undefined || rules === undefined) return `${from} stands in no room of scripts/import-rules.ts.`;
  if (isWithin(target, room) && (room !== 'components' || sameNounOrShared(from, target))) return undefined;
  if (rules.some((rule) => isWithin(target, rule)) && (room !== 'components' || sameNounOrShared(from, target)))
    return undefined;
  return `${from} imports ${target}; ${room} may import only ${rules.join(', ') || 'packages'}.`;
}

// ui <- resource <- noun: the frames are there for everybody; a primitive or frame knows no noun.
function sameNounOrShared(from: string, target: string): boolean {
  if (!target.startsWith('components/')) return true;
  const frames = ['ui', 'resource'];
  const folder = (path: string) => path.split('/')[1] ?? '';
  return !frames.includes(folder(from)) || frames.includes(folder(target));
}

function roomOf(path: string): string | undefined {
  return Object.keys(allowed)
    .filter((room) => isWithin(path, room))
    .sort((a, b) => b.length - a.length)[0];
}

function isWithin(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

/** The project file that a specifier means; undefined for packages and node's own modules. */
function resolveSpecifier(from: string, specifier: string): string | undefined {
  const mapped = /^#(lib|components|tests)\/(.*)$/.exec(specifier);
  if (mapped) return `${mapped[1]}/${mapped[2]}`;
  if (!specifier.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
