import type { EngineOperation } from '#lib/shared/operations.ts';
import { type Classified, queryValue } from '../classified.ts';
import { addCallOut, addFact, addReason, type Findings, registryOf } from './findings.ts';

type Rule = (findings: Findings, classified: Classified) => void;

const value = (classified: Classified, name: string) => queryValue(classified, name) ?? '';

/** The registry in an image or plugin name, which the engine calls. */
const inspectRegistry =
  (field: string): Rule =>
  (findings, classified) =>
    addCallOut(findings, field, registryOf(classified.params[field] ?? value(classified, field)));

const rules: Partial<Record<EngineOperation, Rule>> = {
  'image.build': inspectBuild,
  'image.commit': (findings, classified) => {
    addFact(findings, 'repo', 'image-made', value(classified, 'repo'));
    inspectChanges(findings, classified);
  },
  'image.load': (findings) => addFact(findings, 'the body', 'image-made', ''),
  'image.tag': (findings, classified) => addFact(findings, 'repo', 'image-made', value(classified, 'repo')),
  'image.import': (findings, classified) => {
    if (value(classified, 'fromSrc') !== '-') inspectRemote(findings, 'fromSrc', value(classified, 'fromSrc'));
    addFact(findings, 'repo', 'image-made', value(classified, 'repo'));
    inspectChanges(findings, classified);
  },
  'image.pull': inspectPull,
  'image.push': inspectRegistry('name'),
  'distribution.inspect': inspectRegistry('name'),
  'plugin.push': inspectRegistry('name'),
  'image.search': inspectRegistry('term'),
  'plugin.pull': inspectRegistry('remote'),
  'plugin.upgrade': inspectRegistry('remote'),
  'plugin.privileges': inspectRegistry('remote'),
  'container.start': (findings, classified) => {
    if (value(classified, 'checkpoint-dir') === '') return;
    addReason(
      findings,
      'checkpoint-dir',
      'A directory of the host is named.',
      'host-path',
      value(classified, 'checkpoint-dir'),
    );
  },
};

/** Query parameters count like body fields; these operations have some that matter. */
export function inspectParameters(findings: Findings, classified: Classified): void {
  rules[classified.operation]?.(findings, classified);
}

/** `fromImage` with its `tag`, which may be a digest. */
function inspectPull(findings: Findings, classified: Classified): void {
  inspectRegistry('fromImage')(findings, classified);
  const image = value(classified, 'fromImage');
  const tag = value(classified, 'tag');
  const name = tag === '' ? image : `${image}${tag.includes(':') ? '@' : ':'}${tag}`;
  addFact(findings, 'fromImage', 'image', name);
}

function inspectBuild(findings: Findings, classified: Classified): void {
  addFact(findings, 't', 'image-made', value(classified, 't'));
  const given = (name: string) => value(classified, name);
  inspectBuildNetwork(findings, given('networkmode'));
  if (given('remote') !== '') inspectRemote(findings, 'remote', given('remote'));
  if (given('session') !== '') {
    addReason(findings, 'session', 'A BuildKit session can be neither read nor decided by the door.', 'session');
  }
  if (given('cgroupparent') !== '')
    addReason(findings, 'cgroupparent', 'The parent cgroup of the host is named.', 'kernel', given('cgroupparent'));
  for (const [name, entry] of classified.query) {
    if (name === 'securityopt')
      addReason(findings, name, 'The confinement of the build is changed.', 'security-option', entry);
    // `name:address` or `name=address`.
    if (name === 'extrahosts')
      addCallOut(findings, name, `[${entry.replace(/^[^:=]*[:=]/, '').replace(/^\[|\]$/g, '')}]`);
  }
}

function inspectBuildNetwork(findings: Findings, mode: string): void {
  if (['', 'default', 'bridge', 'none'].includes(mode)) return;
  const container = /^container:(.+)$/s.exec(mode)?.[1];
  const field = 'networkmode';
  if (container !== undefined)
    findings.references.push({ kind: 'container', name: container, use: 'namespace', field });
  else if (mode === 'host' || mode.includes(':'))
    addReason(findings, field, 'The build runs in the network of the host.', 'namespace', 'network');
  else findings.references.push({ kind: 'network', name: mode, use: 'join', field });
}

function inspectRemote(findings: Findings, field: string, address: string): void {
  addCallOut(findings, field, address.replace(/^git@/, ''));
  addReason(findings, field, `The engine fetches ${JSON.stringify(address.slice(0, 200))}.`, 'remote', address);
}

/** The Dockerfile instructions that commit and import take (moby's builder/dockerfile/builder.go). */
const instructions = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/** One parameter may hold several lines; each must be an instruction that only describes the image. */
function inspectChanges(findings: Findings, classified: Classified): void {
  for (const [name, text] of classified.query) {
    if (name !== 'changes') continue;
    for (const line of text.replace(/\\\r?\n/g, ' ').split(/[\r\n]+/)) {
      const word = line.trim().split(/\s/)[0]?.toUpperCase() ?? '';
      if (word === '' || word.startsWith('#') || instructions.has(word)) continue;
      addReason(
        findings,
        'changes',
        `The instruction ${JSON.stringify(word.slice(0, 80))} does more than describe.`,
        'unknown',
        word,
      );
    }
  }
}
