import { addCallOut, addFact, addReason, asPlain, asText, type Findings } from './findings.ts';

/** Drivers that keep the log on the host. Every other one sends it somewhere, or is a plugin. */
const localDrivers = ['', 'json-file', 'local', 'none', 'journald'];
/** Options that choose no place. With an empty driver, others would go to the engine's default driver, whatever it is. */
const harmlessOptions = [
  'max-size',
  'max-file',
  'compress',
  'labels',
  'labels-regex',
  'env',
  'env-regex',
  'tag',
  'mode',
  'max-buffer-size',
  'cache-disabled',
  'cache-max-size',
  'cache-max-file',
  'cache-compress',
];

/** A log driver with its options: `HostConfig.LogConfig`, `TaskTemplate.LogDriver`, the swarm's default. */
export function inspectLogDriver(findings: Findings, field: string, driver: unknown, options: unknown): void {
  const name = asText(driver);
  if (!localDrivers.includes(name)) {
    addReason(findings, field, `The log driver ${JSON.stringify(name)} sends the log elsewhere.`, 'log-driver', name);
  } else if (name !== '') addFact(findings, field, 'log-driver', name);
  for (const [key, value] of Object.entries(asPlain(options))) {
    if (/address|endpoint|url/i.test(key)) addCallOut(findings, `${field}.${key}`, asText(value));
    if (!harmlessOptions.includes(key)) {
      addReason(
        findings,
        `${field}.${key}`,
        `The log option ${JSON.stringify(key)} may send the log elsewhere.`,
        'log-driver',
        name,
      );
    }
  }
}
