import type { ResourceScope } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { groupOf, type OperationGroupId } from '../roles/operation-groups.ts';
import type { GrantDraft } from './grant-draft.ts';

/** What a sentence needs to know of a role. */
export interface WordedRole {
  name: string;
  operations: readonly Operation[];
  hostAccess: boolean;
}

const verbs: readonly [OperationGroupId, string][] = [
  ['see', 'see'],
  ['run', 'run'],
  ['change', 'change'],
  ['enter', 'enter'],
  ['files', 'copy files of'],
];

const nouns = ['container', 'image', 'network', 'volume'] as const;

/**
 * The grant as one sentence: "Ann may see and run the containers, networks and volumes of project shop, on engines
 * tagged prod, until Fri 27 Nov 2026, 18:00." `engineName` is that of the grant's engine, where it is on one.
 */
export function sentence(
  who: string,
  draft: GrantDraft,
  role: WordedRole | undefined,
  engineName: string | undefined,
): string {
  if (!role) return `${who} may do nothing: there is no role ${draft.role}.`;
  const onEngines = role.operations.filter((operation) => !operation.startsWith('console.'));
  const inConsole = draft.scope.kind === 'all' && !draft.resource ? consoleWords(role) : '';
  const until = draft.expiresAt === undefined ? '' : `, until ${formatUntil(draft.expiresAt)}`;
  const engines =
    onEngines.length > 0
      ? `${mayWords(onEngines, role, draft.resource)} ${describePlace(draft.scope, engineName)}`
      : '';
  const parts = [engines, inConsole].filter(Boolean);
  return `${who} may ${parts.length > 0 ? parts.join(', and ') : 'do nothing'}${until}.`;
}

function mayWords(operations: readonly Operation[], role: WordedRole, resource: ResourceScope | undefined): string {
  if (role.hostAccess && operations.includes('container.create') && !resource && operations.includes('plugin.pull'))
    return 'do everything, the host included,';
  const groups = new Set(operations.map(groupOf));
  const does = verbs.filter(([id]) => groups.has(id)).map(([, verb]) => verb);
  const verb = does.length > 0 ? listed(does) : 'use';
  return `${verb} ${objectWords(operations, resource)}`;
}

/** Which objects, as far as the role has anything to do with them. */
function objectWords(operations: readonly Operation[], resource: ResourceScope | undefined): string {
  const has = (noun: string) =>
    operations.some(
      (operation) => operation.startsWith(`${noun}.`) || (noun === 'container' && /^exec/.test(operation)),
    );
  const kinds = nouns.filter(has).map((noun) => `${noun}s`);
  if (!resource) return kinds.length > 0 ? `all ${listed(kinds)}` : 'what its role names';
  const scoped = kinds.filter((kind) => kind !== 'images');
  const conditions = conditionsOf(resource);
  const images = resource.images ?? [];
  const parts = [
    ...(conditions.length > 0 && scoped.length > 0 ? [`the ${listed(scoped)} ${conditions.join(', ')}`] : []),
    ...(images.length > 0 && has('image') ? [`the images ${listed(images)}`] : []),
  ];
  return parts.length > 0 ? `${parts.join(', and ')}${parts.length > 1 ? ',' : ''}` : 'nothing yet';
}

function conditionsOf({ project, labels = [], name }: ResourceScope): string[] {
  return [
    ...(project === undefined ? [] : [`of project ${project}`]),
    ...(labels.length === 0 ? [] : [`with the label${labels.length > 1 ? 's' : ''} ${listed(labels)}`]),
    ...(name === undefined ? [] : [`named ${name}`]),
  ];
}

function consoleWords({ operations }: WordedRole): string {
  const console_ = operations.filter((operation) => operation.startsWith('console.'));
  if (console_.length === 0) return '';
  if (console_.includes('console.users') && console_.includes('console.settings')) return 'manage this console itself';
  const words: Partial<Record<Operation, string>> = {
    'console.audit': 'read the audit trail',
    'console.users': 'manage users and teams',
    'console.grants': 'give grants',
    'console.engines': 'manage engines',
    'console.registries': 'keep registry logins',
    'console.settings': 'change the settings',
    'console.recordings': 'watch recorded terminals',
    'console.metrics': 'read the metrics',
  };
  return listed(console_.map((operation) => words[operation] ?? operation));
}

/** `on every engine`, `on engines tagged prod`, `on harbour`. */
export function describePlace(scope: GrantDraft['scope'], engineName: string | undefined): string {
  if (scope.kind === 'all') return 'on every engine';
  if (scope.kind === 'tag') return `on engines tagged ${scope.value}`;
  return engineName ? `on ${engineName}` : 'on an engine that is gone';
}

/** `Fri 27 Nov 2026, 18:00`, in the reader's own time. */
export function formatUntil(at: number): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  return `${day.replace(',', '')}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const [last, ...before] = [...words].reverse();
  if (last === undefined) return '';
  return before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
}
