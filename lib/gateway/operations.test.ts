import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineOperations } from '#lib/shared/operations.ts';
import { operations } from './operations.ts';

const definition = readFileSync(new URL('./engine-api.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .map(([, method = '', path = '', , since = '']) => ({ method, path, since }));

const plain = (path: string) => path.replaceAll('*}', '}');

describe('operations', () => {
  it('has every one of the 109 operations of the Engine API, with its version', () => {
    expect(definition).toHaveLength(109);
    const table = Object.values(operations).map((spec) => `${spec.method} ${plain(spec.path)} ${spec.since}`);
    for (const { method, path, since } of definition) expect(table).toContain(`${method} ${path} ${since}`);
  });

  it('begins every path with a literal, by which classify finds its rows', () => {
    for (const { path } of Object.values(operations)) expect(path).toMatch(/^\/[A-Za-z_]+(\/|$)/);
  });

  it('has nothing beside them but the end of a build, and splits pull from import', () => {
    const known = new Set(definition.map(({ method, path }) => `${method} ${path}`));
    const extra = Object.values(operations).filter((spec) => !known.has(`${spec.method} ${plain(spec.path)}`));
    expect(extra.map((spec) => spec.name)).toEqual(['build.cancel']);
    expect(engineOperations).toHaveLength(109 + 2);
  });

  it('records every change and gives every body its content type', () => {
    const harmless = ['container.resize', 'exec.resize', 'container.wait'];
    for (const spec of Object.values(operations)) {
      if (spec.method !== 'GET' && spec.method !== 'HEAD' && !harmless.includes(spec.name)) {
        expect(spec, spec.name).toMatchObject({ audit: 'recorded', timeout: 'change' });
      }
      if (spec.streaming !== 'upgrade') expect(spec.contentType === undefined, spec.name).toBe(spec.body === 'none');
    }
  });

  it('takes its path targets from parameters that the path has, and its query targets likewise', () => {
    for (const spec of Object.values(operations)) {
      for (const target of spec.targets) {
        if (target.from === 'path') expect(plain(spec.path)).toContain(`{${target.param}}`);
        if (target.from === 'query') expect(Object.keys(spec.query)).toContain(target.param);
      }
    }
  });

  it('never lets plugins, /grpc or /session through without host access', () => {
    const reads = ['plugin.list', 'plugin.inspect', 'plugin.privileges'];
    for (const spec of Object.values(operations)) {
      const opaque = /^(plugin|session)\./.test(spec.name) && !reads.includes(spec.name);
      expect(spec.hostAccess !== undefined, spec.name).toBe(opaque);
    }
  });
});
