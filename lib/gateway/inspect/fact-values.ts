import { asList, asPlain, asText, asTexts } from './findings.ts';

/** The values of a fact; nothing that could be read of it is one value that no rule allows by name. */
export function someOf(values: readonly string[] | undefined): readonly string[] {
  return values === undefined || values.length === 0 ? [''] : values;
}

/** `Devices`: paths on the host. */
export function devicePaths(devices: unknown): string[] {
  return asList(devices).map((device) => asText(asPlain(device).PathOnHost));
}

/** `DeviceRequests`: `gpu` and other capabilities, or the names that CDI knows devices by; with their driver in front. */
export function deviceNames(requests: unknown): string[] {
  return asList(requests).flatMap((item) => {
    const request = asPlain(item);
    if (request.Driver === 'cdi') return someOf(asTexts(request.DeviceIDs));
    return someOf(asList(request.Capabilities).flatMap(asTexts));
  });
}

/** `seccomp:unconfined` is the older way to write `seccomp=unconfined`. */
export function securityOption(option: string): string {
  const at = option.search(/[:=]/);
  return at < 0 ? option : `${option.slice(0, at)}=${option.slice(at + 1)}`;
}
