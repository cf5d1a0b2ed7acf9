import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import { classify } from './classify.ts';
import { operations } from './operations.ts';
import { rebuildPath } from './rebuild.ts';

/** The code that classify throws with, or the operation that it names. */
function outcome(method: string, path: string, query = ''): string {
  try {
    return classify(method, path, query).operation;
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

describe('classify', () => {
  it('names every operation of the table by its own path', () => {
    const query: Record<string, string> = {
      'image.pull': 'fromImage=busybox',
      'image.import': 'fromSrc=-',
      'image.commit': 'container=c',
      'image.save-many': 'names=a&names=b',
    };
    for (const spec of Object.values(operations)) {
      const path = spec.path.replace('{name*}', 'reg.example:5000/team/app').replaceAll(/\{\w+\*?\}/g, 'x1');
      expect(outcome(spec.method, path, query[spec.name]), path).toBe(spec.name);
      expect(outcome(spec.method, `/v1.41${path}`, query[spec.name]), path).toBe(spec.name);
    }
  });

  it('denies what the table does not know', () => {
    const unknown = [
      ['POST', '/containers/x/copy'],
      ['GET', '/containers/x/checkpoints'],
      ['GET', '/debug/pprof/heap'],
      ['OPTIONS', '/info'],
      ['PATCH', '/containers/x/json'],
      ['HEAD', '/containers/json'],
      ['GET', '/containers'],
      ['GET', '/containers/x/attach/ws/y'],
      ['GET', '/v1.41'],
      ['get', '/info'],
    ];
    for (const [method = '', path = ''] of unknown)
      expect(outcome(method, path), `${method} ${path}`).toBe('forbidden');
  });

  it('takes one version prefix, only in front, and keeps it as sent', () => {
    expect(classify('GET', '/v1.99/info', '').version).toBe('v1.99');
    expect(rebuildPath(classify('GET', '/v1.99/info', ''))).toBe('/v1.99/info');
    expect(classify('GET', '/info', '').version).toBe('');
    expect(classify('GET', '/containers/v1.20/json', '').params).toEqual({ id: 'v1.20' });
    expect(outcome('GET', '/v1.41/v1.41/info')).toBe('forbidden');
    for (const prefix of ['v1', 'v1.41.1', 'v01.41', 'v1.041', 'v1.41%20', 'v1.4x']) {
      expect(outcome('GET', `/${prefix}/info`), prefix).toBe('bad-request');
    }
  });

  it('refuses API versions below 1.25, whose start takes a HostConfig', () => {
    expect(outcome('POST', '/v1.23/containers/x/start')).toBe('bad-request');
    expect(outcome('POST', '/v1.24/containers/x/start')).toBe('bad-request');
    expect(outcome('POST', '/v1.25/containers/x/start')).toBe('container.start');
    expect(outcome('POST', '/v%31.23/containers/x/start')).toBe('forbidden');
  });

  // Attack: path tricks.
  it.each([
    '/containers//json',
    '//containers/json',
    '/containers/json/',
    '/containers/./json',
    '/containers/../json',
    '/containers/%2e%2e/json',
    '/containers/%2E/json',
    '/images/a%2F..%2Fb/json',
    '/images/a%2F%2Fb/json',
    '/images/%2Fa/json',
    '/containers/x%5cy/json',
    '/containers/x\\y/json',
    '/containers/x%00/json',
    '/containers/x%0a/json',
    '/containers/%252e%252e/json',
    '/images/a%252Fb/json',
    '/containers/%zz/json',
    '/containers/%ff/json',
    '/containers/é/json',
    '/containers/x#/json',
    '/containers/x?/json',
    'containers/json',
    '',
    '/',
  ])('refuses the path %j', (path) => {
    expect(outcome('GET', path)).toBe('bad-request');
  });

  it('takes image, plugin and network names with plain and encoded slashes alike', () => {
    for (const name of ['reg.example:5000/a/b:1', 'reg.example:5000%2Fa%2Fb:1', 'reg.example%3A5000%2fa/b%3A1']) {
      const classified = classify('GET', `/images/${name}/json`, '');
      expect(classified.params).toEqual({ name: 'reg.example:5000/a/b:1' });
      expect(rebuildPath(classified)).toBe('/images/reg.example:5000/a/b:1/json');
    }
    expect(classify('POST', '/plugins/vieux/sshfs:latest/enable', '').params.name).toBe('vieux/sshfs:latest');
    expect(classify('GET', '/distribution/a%2Fb/json', '').params.name).toBe('a/b');
    expect(classify('POST', '/networks/a%2Fb%20%C3%A9/connect', '').params.id).toBe('a/b é');
    expect(rebuildPath(classify('DELETE', '/networks/a%20b', ''))).toBe('/networks/a%20b');
  });

  it('takes no slash in a container, whose end would move the engine’s match', () => {
    expect(outcome('POST', '/containers/x%2Fexec/start')).toBe('forbidden');
    expect(outcome('GET', '/containers/x%2Fattach/ws')).toBe('forbidden');
    expect(outcome('GET', '/images/x%2Fjson')).toBe('forbidden');
  });

  it('puts resolved ids into the path, and names where there are none', () => {
    const classified = classify('POST', '/v1.41/networks/my%20net/connect', '');
    expect(rebuildPath(classified, { id: 'f00' })).toBe('/v1.41/networks/f00/connect');
  });

  it('parses the query once, keeps the order, and lets lists alone stand several times', () => {
    const { query } = classify('POST', '/build', 't=a&q=1&t=b%26c&labels=%7B%7D&dockerfile=a+b');
    expect(query).toEqual([
      ['t', 'a'],
      ['q', '1'],
      ['t', 'b&c'],
      ['labels', '{}'],
      ['dockerfile', 'a b'],
    ]);
    expect(outcome('POST', '/build', 'remote=&remote=http%3A%2F%2Fx')).toBe('bad-request');
    expect(outcome('POST', '/build', 'networkmode=default&network%6dode=host')).toBe('bad-request');
    expect(outcome('GET', '/info', 'x=%zz')).toBe('bad-request');
    expect(outcome('GET', '/containers/json', 'filters=%00')).toBe('bad-request');
  });

  it('drops unknown parameters of reads and refuses them on changes', () => {
    expect(rebuildPath(classify('GET', '/containers/json', 'all=1&trunc_cmd=0&constructor=1'))).toBe(
      '/containers/json?all=1',
    );
    expect(outcome('DELETE', '/containers/x', 'force=1&dryRun=1')).toBe('bad-request');
    expect(outcome('DELETE', '/containers/x', 'FORCE=1')).toBe('bad-request');
    // dockerode's habit.
    const twice = classify('POST', '/containers/create', 'Image=a&Cmd=x&Cmd=y&HostConfig=%7B%7D&name=c');
    expect(rebuildPath(twice)).toBe('/containers/create?name=c');
    expect(outcome('POST', '/containers/create', 'hostconfig=x')).toBe('bad-request');
  });

  it('refuses the mask in a parameter', () => {
    expect(outcome('POST', '/build', `buildargs=${encodeURIComponent(`{"A":"${maskMarker}"}`)}`)).toBe('bad-request');
  });

  it('tells pulling from importing as the engine does, and refuses both at once', () => {
    expect(outcome('POST', '/images/create', 'fromImage=busybox&tag=1')).toBe('image.pull');
    expect(outcome('POST', '/images/create', 'fromSrc=-&repo=x&changes=CMD+x')).toBe('image.import');
    expect(outcome('POST', '/images/create', 'fromImage=&fromSrc=-')).toBe('image.import');
    expect(outcome('POST', '/images/create', 'fromImage=a&fromSrc=http%3A%2F%2Fb')).toBe('bad-request');
    expect(outcome('POST', '/images/create', '')).toBe('bad-request');
  });

  it('finds every target in path and query', () => {
    const names = (method: string, path: string, query = '') =>
      classify(method, path, query).targets.map(
        (target) => `${target.kind} ${target.name}${target.makes ? ' made' : ''}`,
      );
    expect(names('POST', '/commit', 'container=c&repo=r&tag=t')).toEqual(['container c', 'image r:t made']);
    expect(names('POST', '/images/a/tag', 'repo=b&tag=2')).toEqual(['image a', 'image b:2 made']);
    expect(names('GET', '/images/get', 'names=a&names=b')).toEqual(['image a', 'image b']);
    expect(names('POST', '/build', 't=a&t=b')).toEqual(['image a made', 'image b made']);
    expect(names('POST', '/images/create', 'fromImage=a&tag=sha256%3Aff')).toEqual(['image a@sha256:ff made']);
    expect(names('POST', '/images/a/push', 'tag=2')).toEqual(['image a:2']);
    expect(outcome('POST', '/commit', 'repo=r')).toBe('bad-request');
  });
});

/** The engine's own routes in the order of its source (28.5), as gorilla/mux matches them on the decoded path. */
const engineRoutes = `HEAD /containers/{name:.*}/archive|GET /containers/json|GET /containers/{name:.*}/export|
GET /containers/{name:.*}/changes|GET /containers/{name:.*}/json|GET /containers/{name:.*}/top|
GET /containers/{name:.*}/logs|GET /containers/{name:.*}/stats|GET /containers/{name:.*}/attach/ws|
GET /exec/{id:.*}/json|GET /containers/{name:.*}/archive|POST /containers/create|POST /containers/{name:.*}/kill|
POST /containers/{name:.*}/pause|POST /containers/{name:.*}/unpause|POST /containers/{name:.*}/restart|
POST /containers/{name:.*}/start|POST /containers/{name:.*}/stop|POST /containers/{name:.*}/wait|
POST /containers/{name:.*}/resize|POST /containers/{name:.*}/attach|POST /containers/{name:.*}/exec|
POST /exec/{name:.*}/start|POST /exec/{name:.*}/resize|POST /containers/{name:.*}/rename|
POST /containers/{name:.*}/update|POST /containers/prune|POST /commit|PUT /containers/{name:.*}/archive|
DELETE /containers/{name:.*}|GET /images/json|GET /images/search|GET /images/get|GET /images/{name:.*}/get|
GET /images/{name:.*}/history|GET /images/{name:.*}/json|POST /images/load|POST /images/create|
POST /images/{name:.*}/push|POST /images/{name:.*}/tag|POST /images/prune|DELETE /images/{name:.*}|GET /networks|
GET /networks/|GET /networks/{id:.+}|POST /networks/create|POST /networks/{id:.*}/connect|
POST /networks/{id:.*}/disconnect|POST /networks/prune|DELETE /networks/{id:.*}|GET /volumes|GET /volumes/{name:.*}|
POST /volumes/create|POST /volumes/prune|PUT /volumes/{name:.*}|DELETE /volumes/{name:.*}|GET /services/{id}|
POST /services/{id}/update|GET /plugins|GET /plugins/{name:.*}/json|GET /plugins/privileges|DELETE /plugins/{name:.*}|
POST /plugins/{name:.*}/enable|POST /plugins/{name:.*}/disable|POST /plugins/pull|POST /plugins/{name:.*}/push|
POST /plugins/{name:.*}/upgrade|POST /plugins/{name:.*}/set|POST /plugins/create|GET /_ping|HEAD /_ping|GET /events|
GET /info|GET /version|GET /system/df|POST /auth|POST /build|POST /build/prune|POST /build/cancel|POST /session|
POST /grpc|GET /distribution/{name:.*}/json`
  .replaceAll('\n', '')
  .split('|')
  .map((route) => route.split(' '))
  .map(([method = '', template = '']) => ({
    method,
    shape: template.replace(/\{\w+(:[^}]*)?\}/, '{}'),
    pattern: new RegExp(`^${template.replace(/\{\w+\}/, '([^/]+)').replace(/\{\w+:(\.[*+])\}/, '($1)')}$`, 's'),
  }));

const pieces = ['containers', 'images', 'networks', 'volumes', 'plugins', 'exec', 'build', 'distribution', 'services'];
const verbs = ['json', 'start', 'exec', 'attach', 'ws', 'get', 'create', 'prune', 'pull', 'tag', 'connect', 'update'];
const tricks = [
  '..',
  '.',
  '',
  'v1.41',
  'v1.23',
  '%2f',
  '%2F',
  '%5c',
  '%00',
  '%2e%2e',
  '%25',
  'é',
  '%C3%A9',
  '%ff',
  ':',
  '@',
];
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...pieces, ...verbs) },
  { weight: 2, arbitrary: fc.constantFrom('x', 'a:1', 'a%2Fb', 'x%2Fjson', 'create%2Fpush', ...tricks) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom('a', ...tricks), { maxLength: 4 }).map((parts) => parts.join('')) },
);
const start = fc.constantFrom('/', '/', '/v1.41/', '/v1.25/', '/v1.24/', '//', '');
const randomPath = fc.tuple(start, fc.array(segment, { maxLength: 6 })).map(([head, rest]) => head + rest.join('/'));
const filledPath = fc
  .tuple(start, fc.constantFrom(...Object.values(operations)), fc.array(segment, { minLength: 1, maxLength: 3 }))
  .map(([head, spec, names]) => head + spec.path.slice(1).replace(/\{\w+\*?\}/, names.join('/')));
const rawPath = fc.oneof(randomPath, filledPath);
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE');

describe('what goes on to the engine', () => {
  it('means to the engine’s own router what was classified, for any path', () => {
    let passed = 0;
    fc.assert(
      fc.property(
        method,
        rawPath,
        fc.constantFrom('', 'fromImage=a', 'container=c', 'names=a'),
        (verb, path, query) => {
          let classified: ReturnType<typeof classify>;
          try {
            classified = classify(verb, path, query);
          } catch (error) {
            if (!isAppError(error)) throw error;
            return;
          }
          passed += 1;
          const rebuilt = new URL(rebuildPath(classified), 'http://engine');
          // A WHATWG parser must find nothing to normalise, or a proxy in between might.
          expect(rebuilt.pathname + rebuilt.search).toBe(rebuildPath(classified));
          const seen = decodeURIComponent(rebuilt.pathname).replace(/^\/v[0-9.]+(?=\/)/, '');
          expect(seen.split('/').slice(1)).not.toContain('');
          const route = engineRoutes.find((known) => known.method === verb && known.pattern.test(seen));
          const shape = classified.spec.path.replace(/\{\w+\*?\}/, '{}');
          if (route) expect(route.shape).toBe(shape);
          const [name] = Object.values(classified.params);
          if (route && name !== undefined) expect(route.pattern.exec(seen)?.[1]).toBe(name);
          const again = classify(verb, rebuilt.pathname, rebuilt.search.slice(1));
          expect(again).toEqual(classified);
        },
      ),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});
