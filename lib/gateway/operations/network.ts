import { change, flag, from, inPath, int, json, jsonType, type Row, read, text } from './parts.ts';

const network = inPath('network');
const volume = inPath('volume', 'name');

/** Networks and volumes. Their names may be odd on real engines (`a b`, `a/b`). */
export const networkOperations = {
  'network.list': { ...read, method: 'GET', path: '/networks', query: { filters: json }, secrets: 'masked' },
  'network.create': {
    ...change,
    method: 'POST',
    path: '/networks/create',
    body: { json: 'network-create' },
    contentType: jsonType,
  },
  'network.prune': { ...change, method: 'POST', path: '/networks/prune', query: { filters: json } },
  'network.remove': { ...change, method: 'DELETE', path: '/networks/{id*}', targets: network },
  'network.inspect': {
    ...read,
    method: 'GET',
    path: '/networks/{id*}',
    targets: network,
    query: { verbose: flag, scope: text },
    secrets: 'masked',
  },
  'network.connect': {
    ...change,
    method: 'POST',
    path: '/networks/{id*}/connect',
    targets: [...network, { kind: 'container', from: 'body', param: 'Container' }],
    body: { json: 'network-connect' },
    contentType: jsonType,
  },
  'network.disconnect': {
    ...change,
    method: 'POST',
    path: '/networks/{id*}/disconnect',
    targets: [...network, { kind: 'container', from: 'body', param: 'Container' }],
    body: { json: 'network-disconnect' },
    contentType: jsonType,
  },
  'volume.list': { ...read, method: 'GET', path: '/volumes', query: { filters: json }, secrets: 'masked' },
  'volume.create': {
    ...change,
    method: 'POST',
    path: '/volumes/create',
    targets: [{ kind: 'volume', from: 'body', param: 'Name', makes: true }],
    body: { json: 'volume-create', optional: true },
    contentType: jsonType,
  },
  'volume.prune': { ...change, method: 'POST', path: '/volumes/prune', query: { filters: json } },
  'volume.remove': {
    ...change,
    method: 'DELETE',
    path: '/volumes/{name*}',
    targets: volume,
    query: { force: flag },
  },
  'volume.inspect': { ...read, method: 'GET', path: '/volumes/{name*}', targets: volume, secrets: 'masked' },
  'volume.update': {
    ...change,
    method: 'PUT',
    path: '/volumes/{name*}',
    since: '1.43',
    targets: volume,
    query: { version: from('1.43', int) },
    body: { json: 'volume-update' },
    contentType: jsonType,
  },
} satisfies Record<string, Row>;
