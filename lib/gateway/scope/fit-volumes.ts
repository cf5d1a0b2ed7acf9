import type { ResourceScope } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { asPlain, asText, type Plain } from '../inspect/findings.ts';
import { contradiction, type Labels, refuseSharing, textsOf } from './fit-labels.ts';

/** A volume that the engine would make by the way, without labels; the door makes it first, as a request of its own. */
export interface VolumeToMake {
  Name: string;
  Driver?: string;
  DriverOpts?: Plain;
  Labels: Labels;
}

/** Driver and options as the mount would have had them made; they were inspected with it. */
export function toMake(name: string, mount: Plain, added: Labels): VolumeToMake {
  const driver = asPlain(asPlain(mount.VolumeOptions).DriverConfig);
  return {
    Name: name,
    ...(driver.Name ? { Driver: asText(driver.Name) } : {}),
    ...(driver.Options ? { DriverOpts: asPlain(driver.Options) } : {}),
    Labels: { ...volumeLabels(mount), ...added },
  };
}

/** The labels that a mount gives the volume it makes. */
export function volumeLabels(mount: Plain): Labels {
  return textsOf(asPlain(mount.VolumeOptions).Labels);
}

/** Also of a volume without a name, which the engine makes with the container. */
export function checkVolumeLabels(scopes: readonly ResourceScope[], labels: Labels): void {
  refuseSharing(labels);
  const key = scopes.map((scope) => contradiction(scope, labels)).find((found) => found !== undefined);
  if (key === undefined) return;
  throw appError('forbidden', `The label ${key}=${labels[key]} of a mounted volume is not one of your scope.`);
}
