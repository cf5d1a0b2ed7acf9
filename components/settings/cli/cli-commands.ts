/** `bin/pilothouse connect`: the token file, the socket, and how to use it. */
export function connectCommands(origin: string, engine: string) {
  return {
    token: 'mkdir -p ~/.pilothouse && (umask 077; cat > ~/.pilothouse/token)   # paste the token, then Ctrl-D',
    serve: `bin/pilothouse connect ${engine} --url ${origin} --token-file ~/.pilothouse/token --socket ~/.pilothouse/${engine}.sock`,
    use: `export DOCKER_HOST=unix://$HOME/.pilothouse/${engine}.sock\ndocker ps`,
  };
}

/** Header mode: a docker config folder that carries the token, and the address with the engine's base path. */
export function headerCommands(origin: string, engine: string) {
  const url = new URL(origin);
  const secure = url.protocol === 'https:';
  const port = url.port || (secure ? '443' : '80');
  const folder = '~/.pilothouse/docker';
  return {
    config: [
      `mkdir -p ${folder} && ln -sfn ~/.docker/cli-plugins ${folder}/cli-plugins`,
      `(umask 077; printf '{"HttpHeaders":{"Authorization":"Bearer %s"}}' "$(cat ~/.pilothouse/token)" > ${folder}/config.json)`,
    ].join('\n'),
    use: [
      `export DOCKER_CONFIG=$HOME/.pilothouse/docker`,
      `export DOCKER_HOST=tcp://${url.hostname}:${port}/docker/${engine}`,
      ...(secure ? ['export DOCKER_TLS=1'] : []),
      'docker ps',
    ].join('\n'),
  };
}
