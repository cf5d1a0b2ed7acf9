import { expect, it } from 'vitest';
import type { EngineRef, Grant } from '#lib/shared/access.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';
import { authorize } from './authorize.ts';

/**
 * Who may do what, written by hand from the roles' description and on purpose not taken from lib/authz/roles.ts:
 * v viewer, o operator, d developer, m maintainer, a administrator, A auditor.
 */
const expected = `
config.list                  . . . m a .
config.create                . . . m a .
config.remove                . . . m a .
config.inspect               . . . m a .
config.update                . . . m a .
container.create             . . d m a .
container.list               v o d m a .
container.prune              . . . m a .
container.remove             . . d m a .
container.archive-read       . . d m a .
container.archive-stat       . . d m a .
container.archive-write      . . d m a .
container.attach             . . d m a .
container.attach-ws          . . d m a .
container.changes            . . d m a .
container.export             . . d m a .
container.inspect            v o d m a .
container.kill               . o d m a .
container.logs               v o d m a .
container.pause              . o d m a .
container.rename             . . d m a .
container.resize             . . d m a .
container.restart            . o d m a .
container.start              . o d m a .
container.stats              v o d m a .
container.stop               . o d m a .
container.top                v o d m a .
container.unpause            . o d m a .
container.update             . . d m a .
container.wait               v o d m a .
distribution.inspect         . o d m a .
exec.create                  . . d m a .
exec.inspect                 . . d m a .
exec.resize                  . . d m a .
exec.start                   . . d m a .
image.build                  . . d m a .
build.prune                  . . . m a .
build.cancel                 . . d m a .
image.commit                 . . d m a .
image.pull                   . o d m a .
image.import                 . . . m a .
image.save-many              . . d m a .
image.list                   v o d m a .
image.load                   . . . m a .
image.prune                  . . . m a .
image.search                 . o d m a .
image.remove                 . . d m a .
image.attestations           . . d m a .
image.save                   . . d m a .
image.history                . . d m a .
image.inspect                v o d m a .
image.push                   . . d m a .
image.tag                    . . d m a .
network.list                 v o d m a .
network.create               . . d m a .
network.prune                . . . m a .
network.remove               . . d m a .
network.inspect              v o d m a .
network.connect              . . d m a .
network.disconnect           . . d m a .
node.list                    . . . m a .
node.remove                  . . . m a .
node.inspect                 . . . m a .
node.update                  . . . m a .
plugin.list                  . . . m a .
plugin.create                . . . m a .
plugin.privileges            . . . m a .
plugin.pull                  . . . m a .
plugin.remove                . . . m a .
plugin.disable               . . . m a .
plugin.enable                . . . m a .
plugin.inspect               . . . m a .
plugin.push                  . . . m a .
plugin.set                   . . . m a .
plugin.upgrade               . . . m a .
secret.list                  . . . m a .
secret.create                . . . m a .
secret.remove                . . . m a .
secret.inspect               . . . m a .
secret.update                . . . m a .
service.list                 . . . m a .
service.create               . . . m a .
service.remove               . . . m a .
service.inspect              . . . m a .
service.logs                 . . . m a .
service.update               . . . m a .
session.grpc                 . . . m a .
session.open                 . . . m a .
swarm.inspect                . . . m a .
swarm.init                   . . . m a .
swarm.join                   . . . m a .
swarm.leave                  . . . m a .
swarm.unlock                 . . . m a .
swarm.unlock-key             . . . m a .
swarm.update                 . . . m a .
system.ping                  v o d m a .
system.ping-head             v o d m a .
system.auth                  . . . m a .
system.events                v o d m a .
system.info                  v o d m a .
system.df                    . . . m a .
system.version               v o d m a .
task.list                    . . . m a .
task.inspect                 . . . m a .
task.logs                    . . . m a .
volume.list                  v o d m a .
volume.create                . . d m a .
volume.prune                 . . . m a .
volume.remove                . . d m a .
volume.inspect               v o d m a .
volume.update                . . . m a .
console.users                . . . . a .
console.grants               . . . . a .
console.engines              . . . . a .
console.registries           . . . . a .
console.audit                . . . . a A
console.recordings           . . . . a A
console.settings             . . . . a .
console.metrics              . . . . a .
`;

const letters = { viewer: 'v', operator: 'o', developer: 'd', maintainer: 'm', administrator: 'a', auditor: 'A' };
const flags = {
  viewer: { hostAccess: false, seeSecrets: false },
  operator: { hostAccess: false, seeSecrets: false },
  developer: { hostAccess: false, seeSecrets: true },
  maintainer: { hostAccess: true, seeSecrets: true },
  administrator: { hostAccess: true, seeSecrets: true },
  auditor: { hostAccess: false, seeSecrets: false },
};
const engine: EngineRef = { id: 'e1', name: 'one', tags: ['prod'] };
const other: EngineRef = { id: 'e2', name: 'two', tags: ['test'] };
const now = 1_000_000;

const table = new Map(
  expected
    .trim()
    .split('\n')
    .map((line) => {
      const [operation = '', ...marks] = line.trim().split(/\s+/);
      return [operation, marks.filter((mark) => mark !== '.')] as const;
    }),
);

function grant(role: string, scope: Grant['scope'], expiresAt?: number): Grant[] {
  return [{ id: 'g', subjectKind: 'user', subjectId: 'u', role, scope, expiresAt }];
}

it('has a row for every operation and no other, and the operations are named once', () => {
  const operations = [...engineOperations, ...consoleOperations];
  expect([...table.keys()].sort()).toEqual([...operations].sort());
  expect(new Set(operations).size).toBe(operations.length);
});

for (const [role, letter] of Object.entries(letters)) {
  // Attack: read right that writes (arcane #2944).
  it(`gives ${role} exactly what is written`, () => {
    const wrong: string[] = [];
    for (const operation of [...engineOperations, ...consoleOperations]) {
      const isConsole = operation.startsWith('console.');
      const may = table.get(operation)?.includes(letter) === true;
      const check = (what: string, grants: Grant[], at: EngineRef | undefined, want: boolean) => {
        const decision = authorize({ grants }, operation, at, now);
        if (decision.allow !== want) wrong.push(`${operation} ${what}: ${decision.allow}`);
        const { hostAccess, seeSecrets } = want ? flags[role as keyof typeof flags] : flags.viewer;
        if (decision.hostAccess !== hostAccess || decision.seeSecrets !== seeSecrets)
          wrong.push(`${operation} ${what}: flags`);
        if (decision.reason === '') wrong.push(`${operation} ${what}: no reason`);
      };
      const here = isConsole ? undefined : engine;
      check('everywhere', grant(role, { kind: 'all', value: '' }), here, may);
      check('on the engine', grant(role, { kind: 'engine', value: 'e1' }), here, may && !isConsole);
      check('on the tag', grant(role, { kind: 'tag', value: 'prod' }), here, may && !isConsole);
      check('elsewhere', grant(role, { kind: 'engine', value: 'e1' }), isConsole ? undefined : other, false);
      check('on another tag', grant(role, { kind: 'tag', value: 'prod' }), isConsole ? undefined : other, false);
      check('expired', grant(role, { kind: 'all', value: '' }, now), here, false);
      check('not yet expired', grant(role, { kind: 'all', value: '' }, now + 1), here, may);
      check('without grant', [], here, false);
    }
    expect(wrong).toEqual([]);
  });
}
