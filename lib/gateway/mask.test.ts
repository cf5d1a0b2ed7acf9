import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import { classify } from './classify.ts';
import { checkLogDetails, checkTopArgs, maskEvent, maskReply } from './mask.ts';
import { maskPlaces } from './mask-places.ts';
import { operations } from './operations.ts';

const secret = 'hunter2';
const mask = (operation: EngineOperation, reply: unknown) =>
  JSON.parse(maskReply(operation, Buffer.from(JSON.stringify(reply))).toString());
const env = ['PATH=/bin', `PASSWORD=${secret}`, 'EMPTY=', 'BARE'];
const maskedEnv = [`PATH=${maskMarker}`, `PASSWORD=${maskMarker}`, `EMPTY=${maskMarker}`, 'BARE'];

describe('maskReply', () => {
  it('has places for every operation that says masked, and for no other', () => {
    const masked = Object.values(operations).filter((spec) => spec.secrets === 'masked');
    expect(Object.keys(maskPlaces).sort()).toEqual(masked.map((spec) => spec.name).sort());
  });

  it('masks environments of containers, images, services and tasks, and keeps their names', () => {
    expect(mask('container.inspect', { Config: { Env: env } })).toEqual({ Config: { Env: maskedEnv } });
    expect(mask('image.inspect', { Config: { Env: env } })).toEqual({ Config: { Env: maskedEnv } });
    const spec = { TaskTemplate: { ContainerSpec: { Env: env } } };
    const maskedSpec = { TaskTemplate: { ContainerSpec: { Env: maskedEnv } } };
    expect(mask('service.inspect', { Spec: spec, PreviousSpec: spec })).toEqual({
      Spec: maskedSpec,
      PreviousSpec: maskedSpec,
    });
    expect(mask('service.list', [{ Spec: spec }])).toEqual([{ Spec: maskedSpec }]);
    expect(mask('task.list', [{ Spec: { ContainerSpec: { Env: env } } }])).toEqual([
      { Spec: { ContainerSpec: { Env: maskedEnv } } },
    ]);
  });

  it.each<[EngineOperation, unknown]>([
    ['container.inspect', { Config: { Labels: { 'app.token': secret } } }],
    ['container.inspect', { HostConfig: { LogConfig: { Config: { 'splunk-token': secret } } } }],
    ['container.list', [{ Labels: { 'db-password': secret } }]],
    ['image.inspect', { ContainerConfig: { Cmd: ['|1', `TOKEN=${secret}`] } }],
    ['image.list', [{ Labels: { API_KEY: secret } }]],
    ['exec.inspect', { ProcessConfig: { entrypoint: secret, arguments: ['-p', secret] } }],
    ['volume.inspect', { Options: { o: `username=u,password=${secret}` } }],
    ['volume.list', { Volumes: [{ Options: { o: `pass=${secret}` } }] }],
    ['network.inspect', { Options: { secret } }],
    ['swarm.inspect', { JoinTokens: { Worker: secret, Manager: secret } }],
    ['plugin.inspect', { Settings: { Env: [`A=${secret}`] }, Config: { Env: [{ Name: 'A', Value: secret }] } }],
    ['system.df', { Containers: [{ Labels: { token: secret } }], BuildCache: [{ Description: `RUN ${secret}` }] }],
  ])('hides the secret in %s %j', (operation, reply) => {
    expect(JSON.stringify(mask(operation, reply))).not.toContain(secret);
  });

  it('masks a config’s data so that clients can still decode it', () => {
    const { Spec } = mask('config.inspect', { Spec: { Data: Buffer.from(secret).toString('base64') } });
    expect(Buffer.from(Spec.Data, 'base64').toString()).toBe(maskMarker);
  });

  it('leaves every other byte as the engine sent it', () => {
    const before = ' {"Big":9007199254740993, "State" : {"Pid":1.0e2,"Slash":"\\/é\\u00e9"},\n"Config":{"Env":[ ';
    const after = ' ],"Labels":{"app":"web"}} , "Env":["A=stays"] }\n';
    const masked = maskReply('container.inspect', Buffer.from(`${before}"A=\\"${secret}\\\\"${after}`));
    expect(masked.toString()).toBe(`${before}"A=${maskMarker}"${after}`);
  });

  it('masks whatever the values and their escapes are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.json(), (values, other) => {
        const reply = `{"X":${other},"Config":{"Env":${JSON.stringify(values.map((value) => `A=${value}`))}}}`;
        const masked = JSON.parse(maskReply('container.inspect', Buffer.from(reply)).toString());
        expect(masked.Config.Env).toEqual(values.map(() => `A=${maskMarker}`));
        expect(masked.X).toEqual(JSON.parse(other));
      }),
    );
  });

  it('throws rather than pass on what it can’t read', () => {
    for (const broken of ['', '{', '{"Config":{"Env":["A=x"', '{"a":"', 'nonsense{', '{} {}']) {
      expect(() => maskReply('container.inspect', Buffer.from(broken)), broken).toThrow(/not JSON/);
    }
  });
});

describe('maskEvent', () => {
  const event = (fields: object) => Buffer.from(`${JSON.stringify(fields)}\n`);

  it('masks the command lines of exec events and keeps what happened', () => {
    const line = event({ status: `exec_create: sh -c ${secret}`, Action: `exec_start: sh -c ${secret}`, id: 'x' });
    expect(JSON.parse(maskEvent(line).toString())).toEqual({
      status: `exec_create: ${maskMarker}`,
      Action: `exec_start: ${maskMarker}`,
      id: 'x',
    });
  });

  it('masks labels that sound like secrets, and keeps timeNano to its last digit', () => {
    const line = Buffer.from(
      '{"Action":"die","Actor":{"Attributes":{"x.token":"a","image":"b"}},"timeNano":1732622356123456789}\n',
    );
    expect(maskEvent(line).toString()).toBe(
      `{"Action":"die","Actor":{"Attributes":{"x.token":"${maskMarker}","image":"b"}},"timeNano":1732622356123456789}\n`,
    );
  });

  it('reads json-seq records too', () => {
    const line = Buffer.from(`\u001e{"Action":"exec_create: ${secret}"}\n`);
    expect(maskEvent(line).toString()).toBe(`\u001e{"Action":"exec_create: ${maskMarker}"}\n`);
  });
});

describe('checkTopArgs', () => {
  const allowed = (args?: string) => {
    const query = args === undefined ? '' : `ps_args=${encodeURIComponent(args)}`;
    try {
      checkTopArgs(classify('GET', '/containers/x/top', query));
      return true;
    } catch (error) {
      if (isAppError(error)) return error.code !== 'forbidden';
      throw error;
    }
  };

  it('allows the fixed columns and nothing that prints environments', () => {
    for (const args of [undefined, '', '-ef', 'aux']) expect(allowed(args), args).toBe(true);
    for (const args of ['eww', 'e', 'auxe', 'auxeww', '-ef e', '-o pid,cmd e', 'axe', '-eo pid,environ']) {
      expect(allowed(args), args).toBe(false);
    }
  });
});

describe('checkLogDetails', () => {
  it('refuses the details of log lines, which show environments, in each of the engine’s spellings of true', () => {
    const check = (query: string) => () => checkLogDetails(classify('GET', '/containers/x/logs', query));
    for (const query of ['', 'details=', 'details=0', 'details=false', 'details=None'])
      expect(check(query)).not.toThrow();
    for (const query of ['details=1', 'details=true', 'details=x', 'details=+1'])
      expect(check(query)).toThrow(/secrets/);
  });
});
