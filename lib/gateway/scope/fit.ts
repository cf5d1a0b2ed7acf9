import { describeResource } from '#lib/authz/resource-scope.ts';
import type { Decision, ResourceScope, ScopeObject } from '#lib/shared/access.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Ask, askEngine } from '../ask.ts';
import { type Classified, queryValue } from '../classified.ts';
import { asList, asPlain, asText, type Plain } from '../inspect/findings.ts';
import { toPlain } from '../inspect/plain.ts';
import type { Inspected } from '../inspected.ts';
import { type Json, parseJson, printJson } from '../json.ts';
import type { Resolved } from '../resolve.ts';
import { segment } from '../told.ts';
import { setEntries, setEntry, setTexts } from './edit-body.ts';
import { fitInto, type Labels, labelsOf, refuseSharing, textsOf } from './fit-labels.ts';
import { checkVolumeLabels, toMake, type VolumeToMake, volumeLabels } from './fit-volumes.ts';
import type { ScopeJudge } from './judge.ts';
import { madeImages } from './made-images.ts';
import { OutOfScope } from './misses.ts';
import { volumeObject } from './objects.ts';

/** A request with what makes its new objects ones of the scope. */
export interface Fitted {
  classified: Classified;
  inspected: Inspected;
  /** The new objects, for the decision on the whole request. */
  made: ScopeObject[];
  volumes: VolumeToMake[];
}

export interface FitInput {
  ask: Ask;
  /** The scopes in which the operation is allowed, see scopesFor; none: it is allowed everywhere. */
  scopes: readonly (readonly ResourceScope[])[];
  decide(objects: readonly ScopeObject[]): Decision;
  classified: Classified;
  inspected: Inspected;
  resolved: Resolved;
  scope: ScopeJudge;
}

/**
 * Makes sure that what a request creates, renames or names is in scope: labels are added, contradictions refused.
 * Throws forbidden with a sentence; conflict for a volume whose name something out of scope has.
 */
export async function fitIntoScope(input: FitInput): Promise<Fitted> {
  const { classified, inspected, scope } = input;
  const asIs: Fitted = { classified, inspected, made: [], volumes: [] };
  switch (classified.operation) {
    case 'container.create':
      return fitContainer(input);
    case 'network.create':
      return fitNetwork(input);
    case 'volume.create':
      return fitVolume(input);
    case 'container.rename': {
      const name = (queryValue(classified, 'name') ?? '').replace(/^\//, '');
      const renamed = scope.objects.map((object) => ({ ...object, names: [name] }));
      return { ...asIs, made: allowed(input, renamed, `The name ${name} is not one of your scope`) };
    }
    default: {
      const made = madeImages(classified, inspected, input.scopes.length > 0);
      for (const { object, refusal } of made) allowed(input, [object], refusal);
      return { ...asIs, made: made.map(({ object }) => object) };
    }
  }
}

function fitContainer(input: FitInput): Fitted {
  const { classified, resolved } = input;
  const name = (queryValue(classified, 'name') ?? '').replace(/^\//, '');
  const fitted = fitLabelled(input, 'container', name);
  const { scopes } = fitted;
  if (scopes.length === 0) return fitted;
  const body = parseJson(fitted.inspected.body ?? Buffer.from('{}'));
  const host = asPlain(bodyOf(fitted).HostConfig);
  const mounts = asList(host.Mounts).map(asPlain);
  for (const mount of mounts) checkVolumeLabels(scopes, volumeLabels(mount));
  const added: Labels = Object.assign({}, ...scopes.map(labelsOf));
  const volumes = [...new Set(resolved.missingVolumes.map((reference) => reference.name))].map((volume) =>
    toMake(
      volume,
      // `-v` and `--volume-driver` are a mount in other words.
      mounts.find((mount) => asText(mount.Source) === volume && mount.Type === 'volume') ?? {
        VolumeOptions: { DriverConfig: { Name: host.VolumeDriver } },
      },
      added,
    ),
  );
  // A container takes over what labels its image has, and an image's are whatever its builder wrote.
  const shares = Object.hasOwn(resolved.imageLabels, sharedLabel);
  const labelled = shares ? setTexts(body, ['Labels'], { [sharedLabel]: 'false' }) : body;
  return { ...withBody(fitted, labelled), volumes };
}

/**
 * Engines before 25 make a second network of the same name unless they are told not to, and then refuse the name as
 * ambiguous to everybody: one team could take away another's network by its name.
 */
function fitNetwork(input: FitInput): Fitted {
  const fitted = fitLabelled(input, 'network', asText(bodyOf(input).Name));
  if (fitted.scopes.length === 0) return fitted;
  const body = parseJson(fitted.inspected.body ?? Buffer.from('{}'));
  return withBody(fitted, setEntry(body, 'CheckDuplicate', { kind: 'boolean', value: true }));
}

async function fitVolume(input: FitInput): Promise<Fitted> {
  const name = asText(bodyOf(input).Name);
  const fitted = fitLabelled(input, 'volume', name);
  if (name === '') return fitted;
  // Creating a volume that is there gives it, with its labels and its place on the host.
  const there = await askEngine(input.ask, `/volumes/${segment(name)}`);
  if (there === undefined) return fitted;
  const { isShared, ...told } = volumeObject(there);
  const decision = input.decide([{ ...told, ...(isShared ? { shared: true } : {}) }]);
  if (!decision.outOfScope) return fitted;
  const target = { kind: 'volume', id: name, name, labels: told.labels };
  throw appError('conflict', `The volume name ${name} is already in use.`, new OutOfScope(decision.reason, target));
}

/** Adds the labels of the scope, or both of a token's and its owner's, and a name where the scope wants one. */
function fitLabelled(
  input: FitInput,
  kind: 'container' | 'network' | 'volume',
  asked: string,
): Fitted & { scopes: ResourceScope[] } {
  const { classified, inspected } = input;
  let labels = textsOf(bodyOf(input).Labels);
  let name = asked;
  let body: Json | undefined;
  const scopes: ResourceScope[] = [];
  if (input.scopes.length > 0) refuseSharing(labels);
  for (const choices of input.scopes) {
    const fit = fitInto(choices, { kind, name, labels });
    body = setTexts(body ?? parseJson(inspected.body ?? Buffer.from('{}')), ['Labels'], fit.labels);
    labels = { ...labels, ...fit.labels };
    name = fit.name ?? name;
    scopes.push(fit.scope);
  }
  if (name !== asked && kind !== 'container')
    body = setEntries(body ?? { kind: 'object', entries: [] }, { Name: name });
  const query =
    name !== asked && kind === 'container'
      ? [...classified.query.filter(([key]) => key !== 'name'), ['name', name] as const]
      : classified.query;
  const made: ScopeObject = { kind, names: name === '' ? [] : [name], labels };
  allowed(input, [made], `The new ${kind} is out of your scope`);
  const fitted = { classified: { ...classified, query }, inspected, made: [made], volumes: [], scopes };
  if (body === undefined) return fitted;
  return withBody({ ...fitted, inspected: noteScopes(inspected, scopes) }, body);
}

function withBody<T extends Fitted>(fitted: T, body: Json): T {
  return { ...fitted, inspected: { ...fitted.inspected, body: Buffer.from(printJson(body)) } };
}

/** The record shows what the client sent, so it must tell what was added. */
function noteScopes(inspected: Inspected, scopes: readonly ResourceScope[]): Inspected {
  return { ...inspected, params: { ...inspected.params, scope: scopes.map(describeResource).join('; ') } };
}

function allowed(input: FitInput, objects: ScopeObject[], refusal: string): ScopeObject[] {
  for (const object of objects) {
    const decision = input.decide([object]);
    if (decision.allow) continue;
    const scopes = input.scopes.flat().map(describeResource).filter(Boolean).join('; ');
    throw appError('forbidden', `${refusal}${scopes ? `, which is ${scopes}` : `: ${decision.reason}`}.`);
  }
  return objects;
}

function bodyOf({ inspected }: { inspected: Inspected }): Plain {
  return inspected.body === undefined ? {} : asPlain(toPlain(parseJson(inspected.body)));
}
