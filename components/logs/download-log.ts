/**
 * Downloads an Engine API path through the door as a file, streamed: a form post with the session's token, since a link
 * can't carry the proof that the page itself asked.
 */
export function downloadFromEngine(csrfToken: string, engine: string, path: string, filename: string): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/api/download';
  form.target = '_blank';
  form.hidden = true;
  for (const [name, value] of Object.entries({ csrfToken, engine, path, filename })) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

/** The path of a container's whole log, for `downloadFromEngine`. */
export function wholeLogPath(
  container: string,
  options: { stdout: boolean; stderr: boolean; timestamps: boolean },
): string {
  const flag = (on: boolean) => (on ? '1' : '0');
  return `/containers/${encodeURIComponent(container)}/logs?stdout=${flag(options.stdout)}&stderr=${flag(options.stderr)}&timestamps=${flag(options.timestamps)}`;
}
